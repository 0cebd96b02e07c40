import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { loadGenerator, OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { GenerationRequest, GenerationResult, Made, MadeToken } from '#shared/ports/generator.ts';
import { inverseCdf } from '#shared/sampling/inverse-cdf.ts';
import { uniform } from '#shared/sampling/philox.ts';
import { microcosm, writeRandomModel } from './random-model.ts';

const CONTEXT = 100;
const VOCABULARY = microcosm.vocabulary;
let directory: string;
let decoder: Decoder;
let generator: OnnxGenerator;
beforeAll(async () => {
  directory = await writeRandomModel({ ...microcosm, context: CONTEXT });
  decoder = await loadDecoder(directory, { threads: 1 });
  generator = new OnnxGenerator(decoder);
});
afterAll(async () => {
  await generator.dispose();
  await rm(directory, { recursive: true });
});

function request(
  options: Partial<GenerationRequest> & { row?: number; sample?: number } = {},
): GenerationRequest {
  const { row = 0, sample = 0, ...rest } = options;
  return {
    prompt: [3, 14, 15, 92],
    temperature: 0.6,
    topP: 1,
    maxTokens: 12,
    stop: [],
    draw: { seed: 7, sample, row, step: 0 },
    ...rest,
  };
}

const prompts = [1, 2, 5, 13, 21, 60, 64, 70].map((size) =>
  Array.from({ length: size }, (_, i) => (i * i * 3 + size) % VOCABULARY),
);

/** 64 different requests: all prompts, greedy and sampled, with and without top-p, short and long. */
const pool = prompts.flatMap((prompt, row) =>
  Array.from({ length: 8 }, (_, sample) =>
    request({
      prompt,
      row,
      sample,
      temperature: [0, 0.6, 1, 1.5][sample % 4] as number,
      topP: sample % 3 === 0 ? 0.9 : 1,
      maxTokens: 1 + ((row * 8 + sample * 5) % 23),
      stop: sample % 2 === 0 ? [] : [1, 2, 3, 4, 5, 6, 7, 8],
    }),
  ),
);

async function eachAlone(requests: readonly GenerationRequest[]): Promise<GenerationResult[]> {
  const results: GenerationResult[] = [];
  for (const one of requests) results.push(...(await generator.generate([one])));
  return results;
}

describe('OnnxGenerator', () => {
  it('makes the same completions where nobody wants log-probabilities', async () => {
    const quiet = await generator.generate(pool.map((each) => ({ ...each, logprobs: false })));
    const told = await generator.generate(pool);
    expect(quiet).toEqual(told.map((result) => ({ ...result, logprobs: [] })));
  });

  it('gives a request the same tokens and log-probabilities alone and in any batch and order', async () => {
    const alone = await eachAlone(pool);
    expect(new Set(alone.map(({ finish }) => finish))).toEqual(new Set(['stop', 'length']));
    const batches = fc.shuffledSubarray([...pool.keys()], { minLength: 1, maxLength: 33 });
    await fc.assert(
      fc.asyncProperty(batches, async (indices) => {
        const results = await generator.generate(indices.map((index) => pool[index] as GenerationRequest));
        expect(results).toEqual(indices.map((index) => alone[index]));
      }),
      { numRuns: 40 },
    );
    // More requests than rows, each twice.
    expect(await generator.generate([...pool, ...pool])).toEqual([...alone, ...alone]);
  });

  it('gives the same results with more threads, and to calls that overlap', async () => {
    const threaded = await loadGenerator({ directory, threads: 3 });
    const [first, second] = await Promise.all([threaded.generate(pool), threaded.generate(pool.slice(5))]);
    await threaded.dispose();
    const results = await generator.generate(pool);
    expect(first).toEqual(results);
    expect(second).toEqual(results.slice(5));
  });

  it('draws each token by inverse CDF from the logits at its place', async () => {
    const asked = request({ topP: 0.9, temperature: 1.5, maxTokens: 20 });
    const [result] = (await generator.generate([asked])) as [GenerationResult];
    for (const [position, token] of result.tokens.entries()) {
      const before = [...asked.prompt, ...result.tokens.slice(0, position)];
      const { logits } = await decoder.prefill([before]);
      const choice = inverseCdf(logits, { ...asked, u: uniform(asked.draw, position) });
      expect(choice.token).toBe(token);
      expect(choice.logprob).toBeCloseTo(result.logprobs[position] as number, 4);
    }
  });

  it('penalises tokens of prompt and completion before it draws', async () => {
    const asked = request({ temperature: 0, repetitionPenalty: 1.3, maxTokens: 20 });
    const [result] = (await generator.generate([asked])) as [GenerationResult];
    for (const [position, token] of result.tokens.entries()) {
      const before = [...asked.prompt, ...result.tokens.slice(0, position)];
      const { logits } = await decoder.prefill([before]);
      const penalised = logits.map((logit, id) =>
        before.includes(id) ? (logit > 0 ? logit / 1.3 : logit * 1.3) : logit,
      );
      expect(token).toBe(penalised.indexOf(Math.max(...penalised)));
    }
    const [plain] = await generator.generate([{ ...asked, repetitionPenalty: 1 }]);
    expect(plain?.tokens).not.toEqual(result.tokens);
    expect(plain).toEqual((await generator.generate([request({ temperature: 0, maxTokens: 20 })]))[0]);
  });

  it('takes the most probable token at temperature 0, whatever the draw', async () => {
    const [a, b] = await generator.generate([
      request({ temperature: 0 }),
      request({ temperature: 0, row: 5, sample: 9 }),
    ]);
    expect(a).toEqual(b);
    const { logits } = await decoder.prefill([request().prompt]);
    expect(a?.tokens[0]).toBe(logits.indexOf(Math.max(...logits)));
  });

  it('gives the samples of a prompt draws of their own', async () => {
    const samples = Array.from({ length: 8 }, (_, sample) => request({ sample, temperature: 1 }));
    const texts = (await generator.generate(samples)).map(({ tokens }) => tokens.join());
    expect(new Set(texts).size).toBe(8);
  });

  it('ends with the first stop token, and keeps it', async () => {
    const [free] = (await generator.generate([request()])) as [GenerationResult];
    const stop = free.tokens[5] as number;
    const end = free.tokens.indexOf(stop) + 1;
    expect(await generator.generate([request({ stop: [stop] })])).toEqual([
      { tokens: free.tokens.slice(0, end), logprobs: free.logprobs.slice(0, end), finish: 'stop' },
    ]);
    const first = free.tokens[0] as number;
    const [one] = await generator.generate([request({ stop: [first] })]);
    expect(one).toMatchObject({ tokens: [first], finish: 'stop' });
  });

  it('ends at maxTokens, or earlier at the context of the model', async () => {
    const long = Array.from({ length: CONTEXT - 3 }, (_, i) => i);
    const [short, capped, last] = await generator.generate([
      request({ maxTokens: 4 }),
      request({ prompt: long, maxTokens: 50 }),
      request({ prompt: [...long, 1, 2], maxTokens: 50 }),
    ]);
    expect(short).toMatchObject({ finish: 'length', tokens: { length: 4 } });
    expect(capped).toMatchObject({ finish: 'length', tokens: { length: 3 } });
    expect(last).toMatchObject({ finish: 'length', tokens: { length: 1 } });
  });

  it.each([
    ['prompt-too-long', Array.from({ length: CONTEXT }, () => 1)],
    ['prompt-empty', []],
    ['token-unknown', [1, VOCABULARY]],
    ['token-unknown', [-1]],
  ])('refuses a request with %s', async (code, prompt) => {
    await expect(generator.generate([request(), request({ prompt })])).rejects.toMatchObject({ code });
  });

  it('tells after every token what there is, ending with all of it', async () => {
    const told: Made[] = [];
    const results = await generator.generate(pool.slice(0, 9), (made) => told.push(made));
    const tokens = results.reduce((sum, result) => sum + result.tokens.length, 0);
    expect(told.at(-1)).toEqual({ completions: 9, tokens });
    expect(told.every((made, at) => at === 0 || made.tokens > (told[at - 1] as Made).tokens)).toBe(true);
    expect(told[0]?.completions).toBeLessThan(9);
  });

  it('tells each token as it comes, and why the last one was that', async () => {
    const told: MadeToken[][] = pool.map(() => []);
    const results = await generator.generate(pool, undefined, (index, token) => {
      told[index]?.push(token);
      return true;
    });
    for (const [index, { tokens, logprobs, finish }] of results.entries()) {
      const last = tokens.length - 1;
      const expected = tokens.map((token, i) => ({
        ...{ token, logprob: logprobs[i] },
        ...(i === last && { finish }),
      }));
      expect(told[index]).toEqual(expected);
    }
  });

  it('ends a completion that is not to go on, and changes no other', async () => {
    const alone = await generator.generate(pool);
    const seen = pool.map(() => 0);
    const results = await generator.generate(pool, undefined, (index) => {
      seen[index] = (seen[index] as number) + 1;
      return index % 2 === 1 || seen[index] !== 3;
    });
    const cut = alone.map((result, index) =>
      index % 2 === 1 || result.tokens.length < 3
        ? result
        : { tokens: result.tokens.slice(0, 3), logprobs: result.logprobs.slice(0, 3), finish: 'stop' },
    );
    expect(results).toEqual(cut);
  });

  it('answers no requests with no results', async () => {
    expect(await generator.generate([])).toEqual([]);
  });
});
