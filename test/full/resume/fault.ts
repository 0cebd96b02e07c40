import { z } from 'zod';

/**
 * Where a process of a training run is hit: at the `nth` time that the driver begins (`before`) or has ended (`after`)
 * an operation. Operations are the engine's verbs, `engine start`, `event`, and `put KIND` for what is stored.
 */
export const Fault = z.object({
  when: z.enum(['before', 'after']),
  operation: z.string(),
  nth: z.number().int().positive(),
  victim: z.enum(['driver', 'engine']),
  signal: z.enum(['SIGKILL', 'SIGSTOP', 'SIGTERM']).default('SIGKILL'),
  /** The blow falls so long after; until then the driver goes on. Without it the driver stands still. */
  delayMs: z.number().nonnegative().optional(),
});
export type Fault = z.input<typeof Fault>;

export const Faults = z.array(Fault);

/** How faults name what the driver stores at a key. */
export function kindOf(key: string, fromFile: boolean): string {
  const [folder, , kind] = key.split('/');
  if (folder === 'runs') return kind ?? key;
  if (folder === 'blobs') return fromFile ? 'weights' : 'journal blob';
  return folder ?? key;
}
