import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeModel } from '#cli/push/store-model.ts';
import type { Emulator } from '#scripts/emulator/emulator-process.ts';
import { startMinistack } from '#scripts/emulator/start-ministack.ts';
import { pushRounded } from '#shared/adapters/local/model-folder.ts';
import { ensureQuantised } from '#shared/inference/quantise/quantised-weights.ts';
import { DeployedPlane } from '../emulator/deployed-plane.ts';
import { scoredByFunctions, scoredHere, turnsText } from '../emulator/handed-over.ts';
import { writeLargeRandomModel } from '../shared/inference/large-random-model.ts';

/** Qwen2.5-0.5B's. */
const SHAPE = {
  ...{ layers: 24, hidden: 896, intermediate: 4864, heads: 14, kvHeads: 2, headDim: 64 },
  ...{ vocabulary: 151_936, context: 1024 },
};
const MINUTES = 60_000;

const emulator = await startMinistack({ auth: true });

describe.skipIf(emulator.kind === 'missing')(
  'a deployed function that decodes 0.5 billion parameters',
  () => {
    let plane: DeployedPlane;
    let folder: string;

    beforeAll(async () => {
      folder = await writeLargeRandomModel(SHAPE);
      plane = await DeployedPlane.deploy(emulator as Emulator, ['generateTimeoutSeconds=40']); // checked by skipIf
    }, 5 * MINUTES);

    afterAll(async () => {
      await plane?.close();
      if (emulator.kind === 'running') await emulator.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it(
      'hands completions over, and they have the bytes of the local runner',
      async () => {
        // Rounding takes longer than such a function lives: as a worker with more time would, this process does it.
        await timed('rounding', ensureQuantised(folder, 'int8'));
        const { store } = plane.workspace;
        const model = await storeModel(store, folder);
        await pushRounded(store, { model, precision: 'int8' }, folder);
        const asked = { folder, problems: 3, maxTokens: 900, timeoutMs: 8 * MINUTES };
        const deployed = await scoredByFunctions(plane, asked);
        const { request, parts, completions, summary } = deployed;
        tell(`functions: ${turnsText(deployed)}`);
        expect(parts.flatMap(({ open }) => open).length).toBeGreaterThan(0);
        const here = await timed('local runner', scoredHere(request, folder));
        expect({ completions, summary }).toEqual(here);
      },
      15 * MINUTES,
    );
  },
);

async function timed<T>(what: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work;
  tell(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

function tell(line: string): void {
  process.stderr.write(`0.5B, int8: ${line}\n`);
}
