import type { TestProject } from 'vitest/node';
import type { Emulator, NoEmulator } from '#scripts/emulator/emulator-process.ts';
import { startMinistack } from '#scripts/emulator/start-ministack.ts';
import { startLocalStack } from './start-localstack.ts';

/** Where an emulator that all test files share can be reached, or why it cannot. */
export type SharedEmulator = Pick<Emulator, 'kind' | 'name' | 'endpoint' | 'env'> | NoEmulator;

declare module 'vitest' {
  interface ProvidedContext {
    localstack: SharedEmulator;
    ministack: SharedEmulator;
  }
}

/** Starts both emulators before the first test file; vitest calls what it returns after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [localstack, ministack] = [await startLocalStack(), await startMinistack()];
  project.provide('localstack', shared(localstack));
  project.provide('ministack', shared(ministack));
  return async () => {
    for (const emulator of [localstack, ministack]) if (emulator.kind === 'running') await emulator.stop();
  };
}

function shared(emulator: Emulator | NoEmulator): SharedEmulator {
  if (emulator.kind === 'missing') {
    process.stderr.write(`Tests on ${emulator.name} are skipped. ${emulator.reason}\n`);
    return emulator;
  }
  const { kind, name, endpoint, env } = emulator;
  return { kind, name, endpoint, env };
}
