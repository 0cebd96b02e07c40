import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import { microcosm, writeRandomModel } from './random-model.ts';

const golden = new URL('../../golden/inference', import.meta.url).pathname;

/** Logarithms of probabilities, [V]. */
function logSoftmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const total = values.reduce((sum, value) => sum + Math.exp(value - largest), 0);
  return values.map((value) => value - largest - Math.log(total));
}

describe.each(['qwen2-tied', 'qwen3-tied', 'llama-untied', 'llama-tied-biased-f16'])('of %s', (model) => {
  it('says of the token after a text what torch says', async () => {
    const records: { tokens: number[]; logits: number[] }[] = JSON.parse(
      await readFile(join(golden, model, 'logits.json'), 'utf8'),
    );
    const decoder = await loadDecoder(join(golden, model), { threads: 1 });
    for (const { tokens, logits } of records) {
      const expected = logSoftmax(logits);
      const next = [0, 5, 30];
      const cut = Math.ceil(tokens.length / 2);
      const continuations = next.map((token) => [...tokens.slice(cut), token]);
      const scored = await decoder.score(tokens.slice(0, cut), continuations);
      for (const [i, { logprobs, likeliest }] of scored.entries()) {
        expect(logprobs).toHaveLength(tokens.length - cut + 1);
        expect(logprobs.at(-1)).toBeCloseTo(expected[next[i] as number] as number, 4);
        expect(likeliest.at(-2)?.token).toBe(expected.indexOf(Math.max(...expected)));
      }
    }
    await decoder.release();
  });
});

describe('continuations', () => {
  const shape = { ...microcosm, layers: 2, context: 200 };
  let folder: string;
  let decoder: Decoder;
  let generator: OnnxGenerator;
  beforeAll(async () => {
    folder = await writeRandomModel(shape);
    decoder = await loadDecoder(folder, { threads: 1 });
    generator = new OnnxGenerator(decoder);
  });
  afterAll(async () => {
    await generator.dispose();
    await rm(folder, { recursive: true });
  });
  const tokens = (most: number) =>
    fc.array(fc.integer({ min: 0, max: shape.vocabulary - 1 }), { minLength: 1, maxLength: most });

  it('score the same alone and beside others, to the bit, and as the next tokens of prompts', async () => {
    await fc.assert(
      fc.asyncProperty(
        tokens(90),
        fc.array(tokens(100), { minLength: 1, maxLength: 4 }),
        async (prompt, all) => {
          const together = await generator.score(prompt, all);
          for (const [i, each] of all.entries()) {
            expect(await generator.score(prompt, [each])).toEqual([together[i]]);
            const place = each.length - 1;
            const before = [...prompt, ...each.slice(0, place)];
            const expected = logSoftmax((await decoder.prefill([before])).logits);
            expect(together[i]?.logprobs[place]).toBeCloseTo(expected[each[place] as number] as number, 4);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('may fill the context, and no more', async () => {
    const text = Array.from({ length: shape.context }, (_, i) => i % shape.vocabulary);
    const [{ logprobs, likeliest } = { logprobs: [], likeliest: [] }] = await generator.score(
      text.slice(0, 1),
      [text.slice(1)],
    );
    expect([logprobs.length, likeliest.length]).toEqual([shape.context - 1, shape.context]);
    await expect(generator.score(text, [[1]])).rejects.toMatchObject({ code: 'prompt-too-long' });
    await expect(generator.score([], [[1]])).rejects.toMatchObject({ code: 'prompt-empty' });
    await expect(generator.score([1], [[shape.vocabulary]])).rejects.toMatchObject({ code: 'token-unknown' });
  });
});
