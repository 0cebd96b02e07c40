import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { drawToken, type NextToken, type TokenDraw } from '#shared/inference/draw-token.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import { writeSafetensors } from '#shared/inference/safetensors.ts';
import { microcosm, randomTensors, writeRandomModel } from './random-model.ts';

const { vocabulary } = microcosm;
const temperatures = [0, 0.6, 1, 1.7];
let directory: string;
let decoder: Decoder;

beforeAll(async () => {
  directory = await writeRandomModel(microcosm);
  decoder = await loadDecoder(directory, { threads: 2 });
});
afterAll(async () => {
  await decoder.release();
  await rm(directory, { recursive: true });
});

/** What a run says of the tokens after four rows, each at a temperature of its own. */
async function afterRows(): Promise<NextToken[]> {
  const prefilled = await decoder.prefill(temperatures.map((_, row) => [row + 1, 2, 3]));
  const batch = decoder.batch(temperatures.length, 8);
  for (const row of temperatures.keys()) batch.add(prefilled, row);
  const stepped = await batch.step([5, 6, 7, 8], temperatures);
  batch.release();
  return temperatures.map((_, row) => {
    const of = (values: Float32Array) => values.slice(row * vocabulary, (row + 1) * vocabulary);
    const digest = {
      best: Number(stepped.best[row]),
      total: stepped.total[row] as number,
      shares: of(stepped.shares),
    };
    return { logits: of(stepped.logits), digest };
  });
}

const draw = (temperature: number, u: number, more: Partial<TokenDraw> = {}): TokenDraw => ({
  sampling: { temperature, topP: 1 },
  u,
  logprob: false,
  seen: () => [],
  ...more,
});

describe('the digest of logits', () => {
  it('is that of each row at its temperature', async () => {
    for (const [row, { logits, digest }] of (await afterRows()).entries()) {
      const largest = Math.max(...logits);
      expect(digest?.best).toBe(logits.indexOf(largest));
      expect(digest?.total).toBeCloseTo(
        logits.reduce((sum, logit) => sum + logit, 0),
        2,
      );
      const masses = [...logits].map((logit) => Math.exp((logit - largest) / (temperatures[row] || 1)));
      const all = masses.reduce((sum, mass) => sum + mass, 0);
      for (const [token, mass] of masses.entries()) expect(digest?.shares[token]).toBeCloseTo(mass / all, 6);
    }
  });
});

it('the digest takes the first of equal logits', async () => {
  const folder = await writeRandomModel(microcosm);
  const tensors = randomTensors(microcosm, 1);
  const embeddings = tensors['model.embed_tokens.weight']?.data as Float32Array;
  const same = embeddings.slice(0, microcosm.hidden);
  for (let token = 1; token < vocabulary; token++) embeddings.set(same, token * microcosm.hidden);
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors));
  const tied = await loadDecoder(folder, { threads: 2 });
  const prefilled = await tied.prefill([[3, 1]]);
  const batch = tied.batch(1, 8);
  batch.add(prefilled, 0);
  const { logits, best } = await batch.step([0]);
  const row = logits.slice(0, vocabulary);
  expect(Number(best[0])).toBe(row.indexOf(Math.max(...row)));
  expect(row.filter((logit) => logit === Math.max(...row)).length).toBeGreaterThan(50);
  batch.release();
  await tied.release();
  await rm(folder, { recursive: true });
});

describe('drawToken', () => {
  it('draws by a digest what it draws by the logits', async () => {
    for (const [row, next] of (await afterRows()).entries())
      for (let i = 0; i < 500; i++) {
        const asked = draw(temperatures[row] as number, i / 500);
        expect(drawToken(next, asked)).toEqual({
          ...drawToken({ logits: next.logits }, asked),
          logprob: Number.NaN,
        });
      }
  });

  it.each([
    ['the logarithm of its probability is wanted', { logprob: true }],
    ['tokens are left out', { sampling: { temperature: 1, topP: 0.5 } }],
    ['the most probable are kept', { sampling: { temperature: 1, topP: 1, topK: 3 } }],
    ['improbable ones are left out', { sampling: { temperature: 1, topP: 1, minP: 0.4 } }],
    [
      'repetition is penalised',
      { sampling: { temperature: 0, topP: 1, repetitionPenalty: 50 }, seen: () => [0] },
    ],
  ])('does not go by the digest where %s', (_, more) => {
    const logits = Float32Array.of(4, 3, 2, 1);
    const misleading = { best: 3, total: 10, shares: Float32Array.of(0, 0, 0, 1) };
    const asked = draw(1, 0.1, more);
    expect(drawToken({ logits, digest: misleading }, asked)).toEqual(drawToken({ logits }, asked));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses a logit of %d',
    (bad) => {
      const logits = Float32Array.of(1, bad, 2);
      const digest = { best: 2, total: 1 + bad + 2, shares: Float32Array.of(0.3, 0, 0.7) };
      for (const temperature of [0, 1])
        expect(() => drawToken({ logits, digest }, draw(temperature, 0.2))).toThrow(
          expect.objectContaining({ code: 'logits-nonfinite' }),
        );
    },
  );
});

it('completions are the same with logarithms of probabilities and without', async () => {
  const generator = new OnnxGenerator(decoder);
  const requests = Array.from({ length: 40 }, (_, sample) => ({
    ...{ prompt: [1 + (sample % 7), 2], maxTokens: 30, stop: [], topP: 1 },
    temperature: temperatures[sample % temperatures.length] as number,
    draw: { seed: 1, sample, row: 0, step: 0 },
  }));
  const [withThem, without] = await Promise.all(
    [true, false].map((logprobs) =>
      generator.generate(requests.map((request) => ({ ...request, logprobs }))),
    ),
  );
  expect(without?.map(({ tokens }) => tokens)).toEqual(withThem?.map(({ tokens }) => tokens));
  expect(new Set(withThem?.map(({ tokens }) => tokens.join())).size).toBeGreaterThan(20);
});
