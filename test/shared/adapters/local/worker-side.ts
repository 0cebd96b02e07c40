import { once } from 'node:events';

/** Says that this process is ready, and waits until the test starts it. Ends with the test. */
export async function waitForStart(): Promise<void> {
  process.once('disconnect', () => process.exit());
  tell('ready');
  await once(process, 'message');
}

export function tell(message: unknown): void {
  process.send?.(message);
}
