import { rm } from 'node:fs/promises';
import { makeTempFolder } from '#shared/adapters/local/temp-folder.ts';
import type { GenerationRequest } from '#shared/ports/generator.ts';
import { DecoderThread } from '../decoder/decoder-thread.ts';
import { writeProbeModel } from './probe-model.ts';
import type { Split, SplitSpeed } from './split.ts';

/** No measurement of another split is begun later. */
const LIMIT_MS = 5000;
/** Completions that each worker makes side by side. */
const ROWS = 32;
/** Of each completion, behind a prompt of as many. */
const TOKENS = 24;
const WARM_UP_TOKENS = 3;

/** What measuring needs, replaceable in tests. */
export interface Stopwatch {
  /** Tokens that the workers of a split make in a second. */
  readonly measure: (split: Split, folder: string) => Promise<number>;
  /** Milliseconds of a clock. */
  readonly now: () => number;
}

export const STOPWATCH: Stopwatch = { measure: measureSplit, now: () => performance.now() };

/**
 * Measures splits one after the other, as many as there is time for, and one at least.
 *
 * @param onSplit - told before each how many are measured
 * @throws as the decoder does
 */
export async function measureSplits(
  splits: readonly Split[],
  onSplit: (done: number) => void,
  { measure, now }: Stopwatch = STOPWATCH,
): Promise<readonly SplitSpeed[]> {
  const folder = await makeTempFolder('oneshot-probe-');
  try {
    await writeProbeModel(folder);
    const start = now();
    const speeds: SplitSpeed[] = [];
    for (const split of splits) {
      if (speeds.length > 0 && now() - start >= LIMIT_MS) break;
      onSplit(speeds.length);
      speeds.push({ ...split, tokensPerSecond: await measure(split, folder) });
    }
    return speeds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSplit({ workers, threads }: Split, folder: string): Promise<number> {
  const opening = Array.from({ length: workers }, () => DecoderThread.open({ directory: folder, threads }));
  const opened = await Promise.allSettled(opening);
  const decoders = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  try {
    await Promise.all(opening); // throws where one could not be opened
    await makeTogether(decoders, WARM_UP_TOKENS);
    const start = performance.now();
    await makeTogether(decoders, TOKENS);
    return (1000 * workers * ROWS * TOKENS) / (performance.now() - start);
  } finally {
    await Promise.all(decoders.map((decoder) => decoder.terminate()));
  }
}

async function makeTogether(decoders: readonly DecoderThread[], maxTokens: number): Promise<void> {
  const requests = Array.from(
    { length: ROWS },
    (_, sample): GenerationRequest => ({
      prompt: Array.from({ length: TOKENS }, (_, i) => i),
      ...{ temperature: 0, topP: 1, maxTokens, stop: [], logprobs: false },
      draw: { seed: 0, sample, row: 0, step: 0 },
    }),
  );
  await Promise.all(decoders.map((decoder) => decoder.generate(requests, undefined, () => true)));
}
