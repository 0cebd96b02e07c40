import { describe, inject, it } from 'vitest';
import type { SharedEmulator } from './global-setup.ts';

/** The emulator in a test's hands. */
export type RunningEmulator = Extract<SharedEmulator, { kind: 'running' }>;
export type EmulatorName = 'localstack' | 'ministack';

const BOTH = ['localstack', 'ministack'] as const;

/** Declares tests once for each emulator; where one is missing they are skipped, and their name says why. */
export function onEmulators(
  declare: (emulator: RunningEmulator) => void,
  names: readonly EmulatorName[] = BOTH,
): void {
  for (const name of names) {
    const emulator = inject(name);
    if (emulator.kind === 'running') describe(name, () => declare(emulator));
    else it.skip(`${name} is here: ${emulator.reason}`, () => undefined);
  }
}
