import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decoder } from '#shared/inference/decoder.ts';
import { decoderGraph } from '#shared/inference/graph/decoder-graph.ts';
import { integerBytes } from '#shared/inference/graph/linear-layers.ts';
import { type ModelConfig, readModelConfig } from '#shared/inference/model-config.ts';
import { quantisedWeights } from '#shared/inference/quantise/quantised-weights.ts';
import { openSession } from '#shared/inference/runtime/open-session.ts';
import { givesSigns, signedBytesAreExact } from '#shared/inference/runtime/signed-bytes.ts';
import { microcosm, writeRandomModel } from '../random-model.ts';

const exact = await signedBytesAreExact();

describe('signedBytesAreExact', () => {
  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
    'is so where the processor has VNNI, and nowhere else',
    () => {
      const flags = readFileSync('/proc/cpuinfo', 'utf8').match(/^flags.*$/m)?.[0] ?? '';
      expect(exact).toBe(/\b(avx512_vnni|avx_vnni)\b/.test(flags));
    },
  );
});

describe('givesSigns', () => {
  it('does where there is memory for it and it is exact', async () => {
    expect(await givesSigns(1e9, 4e9)).toBe(exact);
    expect(await givesSigns(1e9, 3.9e9)).toBe(false);
    expect(await givesSigns(0, 4e9)).toBe(false);
  });
});

it.each([
  ['fp32', 0],
  ['int4', 4 * 10 + 2 * (4 * (2 + 2) * 16 + 32 * 4 + 4 * 2 * 6 + 6 * 4)],
  ['int8', 4 * 10 + 2 * (4 * (2 + 2) * 16 + 32 * 4 + 4 * 2 * 6 + 6 * 4)],
] as const)('in %s %d weights are multiplied as integers', (precision, bytes) => {
  const shape = { layers: 2, hidden: 4, heads: 2, kvHeads: 1, headDim: 16, intermediate: 6, vocabulary: 10 };
  expect(integerBytes(precision, shape as ModelConfig)).toBe(bytes);
});

describe.skipIf(!exact)(
  `bytes with and without sign${exact ? '' : ' (skipped: those with sign are not exact on this processor)'}`,
  () => {
    let directory: string;
    let config: ModelConfig;
    beforeAll(async () => {
      directory = await writeRandomModel(microcosm);
      config = await readModelConfig(directory);
    });
    afterAll(() => rm(directory, { recursive: true }));

    it.each(['int8', 'int4'] as const)('give the same bits in %s, prompts and steps', async (precision) => {
      const weights = await quantisedWeights(directory, config, precision);
      const logits = async (signedBytes: boolean) => {
        const graph = decoderGraph(config, weights, { precision, signedBytes });
        const session = await openSession(graph, { folder: directory, threads: 1 });
        const decoder = new Decoder(config, precision, session);
        const prompts = [3, 1, 7].map((length) => Array.from({ length }, (_, i) => i + length));
        const prefilled = await decoder.prefill(prompts);
        const batch = decoder.batch(prompts.length, 16);
        for (const row of prompts.keys()) batch.add(prefilled, row);
        const step = [...(await batch.step([1, 2, 3])).logits];
        batch.release();
        await decoder.release();
        return [[...prefilled.logits], step];
      };
      const [signed, unsigned] = [await logits(true), await logits(false)];
      expect(signed).toEqual(unsigned);
      expect(signed.flat().every(Number.isFinite)).toBe(true);
    });
  },
);
