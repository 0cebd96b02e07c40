import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import type { GenerationRequest, GenerationResult, Open, Turn } from '#shared/ports/generator.ts';
import { odd, oddDecoders, oddRequest, ROW_BYTES, TOKEN_BYTES } from './odd-requests.ts';
import { writeRandomModel } from './random-model.ts';

const AMPLE: Turn = { goesOn: () => true, onOpen: async () => {}, onRun: () => {} };

/** What becomes of a call: it is made, its time is over after some looks at the clock, or its owner fails. */
const fate = fc.oneof(
  fc.record({ kind: fc.constant('made' as const) }),
  fc.record({ kind: fc.constant('over' as const), looks: fc.nat(40) }),
  fc.record({ kind: fc.constant('fails' as const), tellings: fc.integer({ min: 1, max: 20 }) }),
);
type Fate = typeof fate extends fc.Arbitrary<infer T> ? T : never;

const call = fc.record({
  requests: fc.array(oddRequest, { minLength: 1, maxLength: 5 }),
  fate,
  /** It comes once the others have been told of progress so often. */
  after: fc.nat(60),
});

const plain = ({ tokens, finish }: GenerationResult) => ({ tokens, finish });

describe.each(['fp32', 'int8', 'int4'] as const)('calls of %s that share a batch', (precision) => {
  const decoders = oddDecoders(precision);

  it('make what each makes alone, whoever comes, is cut short or fails meanwhile', async () => {
    const calls = fc.array(call, { minLength: 1, maxLength: 5 });
    const rows = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(calls, rows, fc.nat(1), async (asked, rowsThatFit, threads) => {
        const alone = new OnnxGenerator(decoders[0] as Decoder);
        const shared = new OnnxGenerator(decoders[threads] as Decoder, rowsThatFit * ROW_BYTES);
        const ends = await Promise.all(whenEach(asked, shared));
        for (const [index, { requests, fate }] of asked.entries()) {
          const expected = (await alone.generate(requests)).map(plain);
          const { made, open, error } = ends[index] as Ended;
          if (fate.kind === 'fails') expect(error === undefined || error === 'failed').toBe(true);
          else expect(error).toBeUndefined();
          if (fate.kind === 'made') expect(made?.every((result) => result !== undefined)).toBe(true);
          for (const [at, result] of (made ?? []).entries())
            if (result) expect(plain(result)).toEqual(expected[at]);
          for (const [at, { tokens, bytes }] of open) {
            expect(made?.[at]).toBeUndefined();
            expect(tokens).toEqual(expected[at]?.tokens.slice(0, tokens.length));
            const positions = (requests[at] as GenerationRequest).prompt.length + tokens.length - 1;
            expect(bytes).toBe(positions * TOKEN_BYTES);
          }
        }
        expect(shared.freeRows).toBe(
          new OnnxGenerator(decoders[0] as Decoder, rowsThatFit * ROW_BYTES).freeRows,
        );
      }),
      { numRuns: 25 },
    );
  });
});

interface Ended {
  readonly made?: readonly (GenerationResult | undefined)[];
  readonly error?: unknown;
  readonly open: ReadonlyMap<number, { readonly tokens: readonly number[]; readonly bytes: number }>;
}

/** Begins each call at its moment, the first at once. */
function whenEach(
  asked: readonly { requests: readonly GenerationRequest[]; fate: Fate; after: number }[],
  generator: OnnxGenerator,
): Promise<Ended>[] {
  let told = 0;
  const begins = asked.map(() => Promise.withResolvers<void>());
  const beginDue = (isIdle: boolean) => {
    for (const [index, { after }] of asked.entries())
      if (isIdle || index === 0 || told >= after) begins[index]?.resolve();
  };
  let running = 0;
  const ends = asked.map(async ({ requests, fate }, index): Promise<Ended> => {
    await begins[index]?.promise;
    running += 1;
    const open = new Map<number, { tokens: readonly number[]; bytes: number }>();
    let [looks, tellings] = [0, 0];
    const turn: Turn = {
      ...AMPLE,
      goesOn: () => fate.kind !== 'over' || looks++ < fate.looks,
      onOpen: async (at: number, { tokens, cache }: Open) => {
        open.set(at, { tokens: [...tokens], bytes: cache().byteLength });
      },
    };
    const onMade = () => {
      told += 1;
      beginDue(false);
      if (fate.kind === 'fails' && ++tellings === fate.tellings) throw 'failed';
    };
    try {
      return { made: await generator.generateInTurn(requests, turn, onMade), open };
    } catch (error) {
      return { error, open };
    } finally {
      running -= 1;
      if (running === 0) beginDue(true); // nobody is left to tell of progress
    }
  });
  beginDue(false);
  return ends;
}

describe('a batch', () => {
  let folder: string;
  let decoder: Decoder;
  beforeAll(async () => {
    folder = await writeRandomModel(odd);
    decoder = await loadDecoder(folder, { threads: 1 });
  });
  afterAll(async () => {
    await decoder.release();
    await rm(folder, { recursive: true });
  });

  const asked = (maxTokens: number, sample = 0, prompt = [1, 2, 3]): GenerationRequest => ({
    ...{ prompt, maxTokens, temperature: 1, topP: 1, stop: [], logprobs: false },
    draw: { seed: 7, sample, row: 0, step: 0 },
  });

  /** The rows of each step of a generator. */
  function watchSteps(): { readonly rows: number[]; fail(step: number): void; end(): void } {
    const rows: number[] = [];
    let failing = Number.NaN;
    const { batch } = decoder;
    const spy = vi.spyOn(decoder, 'batch').mockImplementation((...sizes) => {
      const made = batch.apply(decoder, sizes);
      const { step } = made;
      vi.spyOn(made, 'step').mockImplementation((tokens, temperatures) => {
        rows.push(tokens.length);
        if (rows.length === failing) throw new Error('out of memory');
        return step.call(made, tokens, temperatures);
      });
      return made;
    });
    return {
      rows,
      fail: (step) => {
        failing = step;
      },
      end: () => spy.mockRestore(),
    };
  }

  it('gives a row that ends to the next call at once', async () => {
    const steps = watchSteps();
    const generator = new OnnxGenerator(decoder, 4 * 50 * TOKEN_BYTES);
    const first = generator.generate([asked(5, 0), asked(41, 1), asked(41, 2)]);
    const second = generator.generate([asked(20, 3), asked(20, 4)]);
    await Promise.all([first, second]);
    steps.end();
    // A token is drawn from the prompt. The fifth takes the row of the one that ends after four steps; all others have one.
    expect(steps.rows.slice(0, 24)).toEqual(
      Array.from({ length: 24 }, (_, i) => (i < 19 ? 4 : i < 23 ? 3 : 2)),
    );
    expect(steps.rows).toHaveLength(40);
  });

  it('lets no later call overtake one that waits for longer rows', async () => {
    const generator = new OnnxGenerator(decoder, 100 * TOKEN_BYTES);
    const ended: string[] = [];
    const generate = async (name: string, request: GenerationRequest) => {
      await generator.generate([request]);
      ended.push(name);
    };
    await Promise.all([
      generate('two rows of it would fit', asked(42)),
      generate('one of it', asked(57)),
      generate('short', asked(7)),
    ]);
    expect(ended).toEqual(['two rows of it would fit', 'one of it', 'short']);
  });

  it.each([
    ['becomes larger where that fits, the old rows included', 5, 3],
    ['becomes no larger while its rows take more than half of the memory', 25, 2],
  ])('%s', async (_, after, most) => {
    const steps = watchSteps();
    const generator = new OnnxGenerator(decoder, 90 * TOKEN_BYTES);
    let told = 0;
    let late: Promise<unknown> | undefined;
    await generator.generate([asked(27, 0), asked(27, 1)], () => {
      told += 1;
      if (told === after) late = generator.generate([asked(27, 2)]);
    });
    await late;
    steps.end();
    expect(Math.max(...steps.rows)).toBe(most);
    expect(steps.rows.reduce((sum, rows) => sum + rows)).toBe(3 * 26);
  });

  it('says how many rows are free, of those that fit', async () => {
    const generator = new OnnxGenerator(decoder, 4 * 44 * TOKEN_BYTES);
    expect(generator.freeRows).toBe(64);
    const three = generator.generate([asked(41, 0), asked(3, 1), asked(41, 2)]);
    expect(generator.freeRows).toBe(1);
    const five = generator.generate([0, 1, 2, 3, 4].map((sample) => asked(20, sample)));
    expect(generator.freeRows).toBe(0);
    await Promise.all([three, five]);
    expect(generator.freeRows).toBe(64);
  });

  it('fails those that have rows in a step that fails, and nobody else', async () => {
    const expected = await new OnnxGenerator(decoder).generate([asked(9, 3)]);
    const steps = watchSteps();
    steps.fail(3);
    const generator = new OnnxGenerator(decoder, 2 * 33 * TOKEN_BYTES);
    const ends = await Promise.allSettled([
      generator.generate([asked(30, 0)]),
      generator.generate([asked(30, 1)]),
      generator.generate([asked(9, 3)]),
    ]);
    steps.end();
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect((ends[2] as PromiseFulfilledResult<unknown>).value).toEqual(expected);
  });

  it('fails a call in which a token cannot be drawn, with all its rows, and nobody else', async () => {
    const expected = await new OnnxGenerator(decoder).generate([asked(9, 3)]);
    const steps = watchSteps();
    const generator = new OnnxGenerator(decoder);
    let drawn = 0;
    const failing = generator.generate([asked(30, 0), asked(30, 1)], undefined, () => {
      drawn += 1;
      if (drawn === 5) throw new Error('no token');
      return true;
    });
    const other = generator.generate([asked(9, 3)]);
    await expect(failing).rejects.toThrow('no token');
    expect(await other).toEqual(expected);
    steps.end();
    expect(steps.rows).toEqual([3, 3, 1, 1, 1, 1, 1, 1]);
  });

  it('refuses a call for which there is no room at all, and goes on with the others', async () => {
    const generator = new OnnxGenerator(decoder, 30 * TOKEN_BYTES);
    const fits = generator.generate([asked(20)]);
    await expect(generator.generate([asked(60)])).rejects.toMatchObject({ code: 'cache-too-small' });
    expect((await fits)[0]?.tokens).toHaveLength(20);
  });

  it('tells each call its part of the time of a step', async () => {
    const seconds = [0, 0];
    const turnOf = (index: number): Turn => ({
      ...AMPLE,
      onRun: (kind, took) => {
        if (kind === 'steps') seconds[index] = (seconds[index] as number) + took;
      },
    });
    let ms = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (ms += 500));
    const generator = new OnnxGenerator(decoder);
    await Promise.all([
      generator.generateInTurn([asked(5, 0), asked(5, 1), asked(5, 2)], turnOf(0)),
      generator.generateInTurn([asked(5, 3)], turnOf(1)),
    ]);
    clock.mockRestore();
    expect(seconds).toEqual([4 * 0.5 * 0.75, 4 * 0.5 * 0.25]);
  });
});
