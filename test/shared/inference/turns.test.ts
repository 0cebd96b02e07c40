import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { Begun, GenerationRequest, GenerationResult } from '#shared/ports/generator.ts';
import { odd, oddDecoders, oddRequest, ROW_BYTES, TOKEN_BYTES } from './odd-requests.ts';
import { writeRandomModel } from './random-model.ts';

/** How a turn goes: runs of the model that it has time for, order, room for rows, and what becomes of a stored cache. */
const turn = fc.record({
  runs: fc.integer({ min: 1, max: 40 }),
  reversed: fc.boolean(),
  rows: fc.integer({ min: 1, max: 9 }),
  threads: fc.nat(1),
  cache: fc.constantFrom('whole', 'gone', 'cut' as const),
});

const ample = { runs: 1e9, reversed: false, rows: 9, threads: 0, cache: 'whole' } as const;

function asStored(cache: ArrayBuffer, how: 'whole' | 'gone' | 'cut'): Pick<Begun, 'cache'> {
  if (how === 'gone') return {};
  return { cache: async () => (how === 'whole' ? cache : cache.slice(4)) };
}

it('tell how long each run of the model took, though it blocks the thread', async () => {
  const folder = await writeRandomModel(odd);
  const decoder = await loadDecoder(folder, { threads: 1 });
  let ms = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => ms);
  const { prefill, batch } = decoder;
  vi.spyOn(decoder, 'prefill').mockImplementation((prompts) => {
    ms += 2000;
    return prefill.call(decoder, prompts);
  });
  vi.spyOn(decoder, 'batch').mockImplementation((...asked) => {
    const made = batch.apply(decoder, asked);
    const { step } = made;
    vi.spyOn(made, 'step').mockImplementation((tokens) => {
      ms += 30;
      return step.call(made, tokens);
    });
    return made;
  });
  const told: (readonly [string, number])[] = [];
  await new OnnxGenerator(decoder).generateInTurn(
    [
      {
        prompt: [1],
        temperature: 0,
        topP: 1,
        maxTokens: 3,
        stop: [],
        draw: { seed: 0, sample: 0, row: 0, step: 0 },
      },
    ],
    { goesOn: () => true, onOpen: async () => {}, onRun: (kind, seconds) => told.push([kind, seconds]) },
  );
  clock.mockRestore();
  expect(told).toEqual([
    ['prompts', 2],
    ['steps', 0.03],
    ['steps', 0.03],
  ]);
  await decoder.release();
  await rm(folder, { recursive: true });
});

it('tell of four that are open at a time', async () => {
  const folder = await writeRandomModel(odd);
  const decoder = await loadDecoder(folder, { threads: 1 });
  const sampling = { prompt: [1], temperature: 1, topP: 1, maxTokens: 9, stop: [] };
  const asked = Array.from({ length: 9 }, (_, sample) => ({
    ...{ ...sampling, draw: { seed: 0, sample, row: 0, step: 0 } },
  }));
  let [left, told, most] = [16, 0, 0];
  await new OnnxGenerator(decoder).generateInTurn(asked, {
    goesOn: () => left-- > 0,
    onRun: () => {},
    onOpen: async () => {
      told += 1;
      most = Math.max(most, told);
      await setImmediate();
      told -= 1;
    },
  });
  expect(most).toBe(4);
  await decoder.release();
  await rm(folder, { recursive: true });
});

describe.each(['fp32', 'int8', 'int4'] as const)('turns of %s', (precision) => {
  const decoders = oddDecoders(precision);

  it('make what one call makes, wherever they are cut and in whatever company each goes on', async () => {
    const requests = fc.array(oddRequest, { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(requests, fc.array(turn, { maxLength: 6 }), async (asked, turns) => {
        const expected = await new OnnxGenerator(decoders[0] as Decoder).generate(asked);
        const results = new Map<number, GenerationResult>();
        const begun = new Map<number, { tokens: readonly number[]; cache: ArrayBuffer }>();
        for (const { runs, reversed, rows, threads, cache } of [...turns, ample]) {
          const left = [...asked.keys()].filter((index) => !results.has(index));
          if (reversed) left.reverse();
          const going = left.map((index): GenerationRequest => {
            const open = begun.get(index);
            const plain = asked[index] as GenerationRequest;
            return open
              ? { ...plain, begun: { tokens: open.tokens, ...asStored(open.cache, cache) } }
              : plain;
          });
          let time = runs;
          const generator = new OnnxGenerator(decoders[threads] as Decoder, rows * ROW_BYTES);
          const made = await generator.generateInTurn(going, {
            goesOn: () => time-- > 0,
            onRun: () => {},
            onOpen: async (at, open) => {
              begun.set(left[at] as number, { tokens: open.tokens, cache: open.cache() });
            },
          });
          for (const [at, result] of made.entries()) if (result) results.set(left[at] as number, result);
        }
        const told = asked.map((_, index) => results.get(index));
        expect(told.map((result) => result && { tokens: result.tokens, finish: result.finish })).toEqual(
          expected.map(({ tokens, finish }) => ({ tokens, finish })),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('tell of what grew alone, with its keys and values', async () => {
    const generator = new OnnxGenerator(decoders[0] as Decoder);
    const plain: GenerationRequest = {
      prompt: [1, 2, 3],
      ...{ temperature: 1, topP: 1, maxTokens: 50, stop: [] },
      draw: { seed: 1, sample: 0, row: 0, step: 0 },
    };
    const open: { tokens: readonly number[]; bytes: number }[] = [];
    const tell = async (
      _: number,
      { tokens, cache }: { tokens: readonly number[]; cache(): ArrayBuffer },
    ) => {
      open.push({ tokens, bytes: cache().byteLength });
    };
    const turnOf = (runs: number) => ({ goesOn: () => runs-- > 0, onOpen: tell, onRun: () => {} });
    const [whole] = await generator.generate([plain]);
    expect(await generator.generateInTurn([plain], turnOf(6))).toEqual([undefined]);
    const [first] = open.splice(0);
    const { tokens } = first as (typeof open)[number];
    expect(tokens).toEqual(whole?.tokens.slice(0, tokens.length));
    expect(first?.bytes).toBe((3 + tokens.length - 1) * TOKEN_BYTES);
    // Too little time for even the old tokens: nothing to tell.
    expect(await generator.generateInTurn([{ ...plain, begun: { tokens } }], turnOf(2))).toEqual([undefined]);
    expect(await generator.generateInTurn([{ ...plain, begun: { tokens } }], turnOf(0))).toEqual([undefined]);
    expect(open).toEqual([]);
  });
});
