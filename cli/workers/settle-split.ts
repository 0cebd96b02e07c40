import { machineCores, threadsOfEach } from '../machine/machine-cores.ts';
import type { ProgressEntry } from '../terminal/progress.ts';
import { type KeptSpeeds, keepSpeeds, measuredHere, readSpeeds, speedsFile } from './kept-speeds.ts';
import { measureSplits, STOPWATCH, type Stopwatch } from './measure-splits.ts';
import { chooseSplit, type Split, type SplitNeeds, splitsOf } from './split.ts';

/** What a command line says of its workers. */
export interface AskedSplit {
  readonly workers?: number | undefined;
  readonly threads?: number | undefined;
}

/**
 * On so many cores nothing is measured: two workers with a thread each make an evaluation as fast as one with two, and hold the
 * model twice (docs/performance.md, "Workers and threads").
 */
export const UNMEASURED_CORES = 2;
/** Of each worker that measures: weights, what the library makes of them, and keys and values. */
const PROBE_BYTES = 600e6;

/** The machine that a split is settled for. */
export interface SplitWorld extends Stopwatch {
  readonly cores: number;
  /** That keeps the speeds. */
  readonly file: string;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  /** Told before each split that is measured. */
  readonly onSplit: (done: number, total: number) => void;
}

export async function worldHere(env: NodeJS.ProcessEnv, onSplit: SplitWorld['onSplit']): Promise<SplitWorld> {
  return { ...STOPWATCH, cores: await machineCores(), file: speedsFile(env), date: Date.now, onSplit };
}

/** What the command line says, else one worker with all cores. */
export function oneWorker({ workers = 1, threads }: AskedSplit, cores: number): Split {
  return { workers, threads: threads ?? threadsOfEach(workers, cores) };
}

/** How a command tells that it measures. */
export function measuringEntry(done: number, total: number): ProgressEntry {
  const text = `measuring, once, how the cores are shared out best: ${done} of ${total}`;
  return { phase: 'measuring', text, numbers: { done, total } };
}

/**
 * The split that a command works with: what it was told, else the fastest on this machine, which is measured once. Where it cannot
 * be measured, one worker has all cores.
 */
export async function settleSplit(
  asked: AskedSplit,
  needsOf: () => Promise<SplitNeeds>,
  world: SplitWorld,
): Promise<Split> {
  const isAsked = asked.workers !== undefined || asked.threads !== undefined;
  if (isAsked || world.cores <= UNMEASURED_CORES) return oneWorker(asked, world.cores);
  const needs = await needsOf();
  const kept = readSpeeds(world.file, measuredHere(world.cores)) ?? (await measured(needs.freeBytes, world));
  if (!kept) return oneWorker({}, world.cores);
  const { workers, threads } = chooseSplit(kept.speeds, needs);
  return { workers, threads };
}

async function measured(freeBytes: number, world: SplitWorld): Promise<KeptSpeeds | undefined> {
  const all = splitsOf(world.cores);
  const splits = all.filter(({ workers }) => workers === 1 || workers * PROBE_BYTES <= freeBytes);
  try {
    const speeds = await measureSplits(splits, (done) => world.onSplit(done, splits.length), world);
    const kept = {
      schemaVersion: 1 as const,
      of: measuredHere(world.cores),
      at: world.date(),
      speeds: [...speeds],
    };
    await keepSpeeds(world.file, kept);
    return kept;
  } catch {
    return undefined; // the evaluation says what is wrong with the decoder, if it is
  }
}
