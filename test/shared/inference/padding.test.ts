import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decoder } from '#shared/inference/decoder.ts';
import { decoderGraph } from '#shared/inference/graph/decoder-graph.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { quantisedWeights } from '#shared/inference/quantise/quantised-weights.ts';
import type { BoundTensor, GraphSession } from '#shared/inference/runtime/graph-session.ts';
import { openSession } from '#shared/inference/runtime/open-session.ts';
import { microcosm, writeRandomModel } from './random-model.ts';

/** A run of the graph as its inputs were when it began. */
interface Run {
  /** [sequences, new tokens of each] */
  readonly dims: readonly number[];
  readonly lengths: readonly number[];
  readonly longest: number;
}

let runs: Run[] = [];
/** What stands where no sequence has a token, instead of 0. */
let filler = 0n;

/** Keeps what each run is given, and changes what pads it. */
function watched(inner: GraphSession): GraphSession {
  return {
    way: inner.way,
    bind: (inputs, outputs) => {
      const { tokens, lengths, longest } = inputs as Record<'tokens' | 'lengths' | 'longest', BoundTensor>;
      const bound = inner.bind(inputs, outputs);
      const run = async () => {
        const ids = tokens.data as BigInt64Array;
        runs.push({
          dims: tokens.dims,
          lengths: [...(lengths.data as Int32Array)],
          longest: longest.data[0] as number,
        });
        const padding = [...ids.keys()].filter((i) => ids[i] === 0n);
        for (const i of padding) ids[i] = filler;
        await bound.run();
        for (const i of padding) ids[i] = 0n;
      };
      return { run, release: bound.release };
    },
    release: () => inner.release(),
  };
}

/** No token of it is 0, so that zeros pad. */
const promptOf = (length: number) =>
  Array.from({ length }, (_, i) => 1 + ((i * i + length) % (microcosm.vocabulary - 1)));

/** Logits of prompts and of a token after each. */
async function logitsOf(decoder: Decoder, prompts: readonly (readonly number[])[]): Promise<Float32Array[]> {
  const prefilled = await decoder.prefill(prompts);
  const batch = decoder.batch(prompts.length, Math.max(...prompts.map(({ length }) => length)) + 1);
  for (const row of prompts.keys()) batch.add(prefilled, row);
  const { logits } = await batch.step(prompts.map(([first]) => first as number));
  const next = Float32Array.from(logits);
  batch.release();
  return [prefilled.logits, next];
}

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(256, 257, 300)), {
  minLength: 1,
  maxLength: 5,
});

describe.each(['fp32', 'int4'] as const)('what pads a run in %s', (precision) => {
  let directory: string;
  let session: GraphSession;
  let decoder: Decoder;

  beforeAll(async () => {
    directory = await writeRandomModel({ ...microcosm, layers: 2 });
    const config = await readModelConfig(directory);
    const weights =
      precision === 'fp32'
        ? await locateWeights(directory)
        : await quantisedWeights(directory, config, precision);
    const graph = decoderGraph(config, weights, { precision });
    session = await openSession(graph, { folder: directory, threads: 1 });
    decoder = new Decoder(config, precision, watched(session));
  });
  afterAll(async () => {
    await session.release();
    await rm(directory, { recursive: true });
  });

  it('changes no logit, whatever it is', async () => {
    const fillers = fc.bigInt(1n, BigInt(microcosm.vocabulary - 1));
    await fc.assert(
      fc.asyncProperty(sizes, fillers, async (lengths, other) => {
        const prompts = lengths.map(promptOf);
        filler = 0n;
        const plain = await logitsOf(decoder, prompts);
        filler = other;
        expect(await logitsOf(decoder, prompts)).toEqual(plain);
      }),
      { numRuns: 20 },
    );
  });

  it('is two tokens at least of prompts, no row of a step, and sequences that begin', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        runs = [];
        await logitsOf(decoder, lengths.map(promptOf));
        for (const { dims } of runs.slice(0, -1)) expect(dims[1]).toBeGreaterThanOrEqual(2);
        const step = runs.at(-1) as Run;
        expect(step.dims).toEqual([lengths.length, 1]);
        expect(step.lengths).toEqual(lengths);
        expect(step.longest).toBe(Math.max(...lengths) + 1);
        const ends = runs.slice(0, -1).flatMap((run) => run.lengths.map((length) => length + 1));
        expect(lengths.every((length) => ends.includes(length))).toBe(true);
      }),
      { numRuns: 20, examples: [[[1]]] },
    );
  });
});
