import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#scripts/emulator/emulator-process.ts';
import { startMinistack } from '#scripts/emulator/start-ministack.ts';
import { writeLargeRandomModel } from '../shared/inference/large-random-model.ts';
import { DeployedPlane } from './deployed-plane.ts';
import { scoredByFunctions, scoredHere, turnsText } from './handed-over.ts';

/** 36 million parameters in few layers, whose keys and values are small; 0.5 billion take minutes (`test/long/hand-over.test.ts`). So many words that few completions end early. */
const SHAPE = {
  ...{ layers: 3, hidden: 896, intermediate: 3584, heads: 14, kvHeads: 2, headDim: 64 },
  ...{ vocabulary: 2048, context: 1024 },
};

const emulator = await startMinistack({ auth: true });

describe.skipIf(emulator.kind === 'missing')('a deployed function whose time is short', () => {
  let plane: DeployedPlane;
  let folder: string;

  beforeAll(async () => {
    folder = await writeLargeRandomModel(SHAPE);
    plane = await DeployedPlane.deploy(emulator as Emulator, ['generateTimeoutSeconds=16']); // checked by skipIf
  }, 290_000);

  afterAll(async () => {
    await plane?.close();
    if (emulator.kind === 'running') await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('hands completions over, and they have the bytes of the local runner', async () => {
    const asked = { folder, problems: 20, maxTokens: 600, timeoutMs: 400_000 };
    const deployed = await scoredByFunctions(plane, asked);
    const { request, parts, completions, summary } = deployed;
    process.stderr.write(`hand-over: ${turnsText(deployed)}\n`);
    expect(parts.flatMap(({ open }) => open).length).toBeGreaterThan(0);
    expect({ completions, summary }).toEqual(await scoredHere(request, folder));
  }, 600_000);
});
