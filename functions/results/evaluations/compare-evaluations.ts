import { z } from '@hono/zod-openapi';
import { sha256Words } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import { averageInterval } from '#shared/metrics/average-interval.ts';
import { mean } from '#shared/metrics/mean.ts';
import { type PairedDifference, pairedDifference } from '#shared/metrics/paired-difference.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest, ProblemId } from '#shared/records/ids.ts';
import type { Memory } from '../memory.ts';
import type { EvaluationView } from './evaluation-view.ts';
import { type ProblemScores, problemScores } from './problem-scores.ts';
import { type ReadingPorts, readEvaluation } from './read-evaluation.ts';
import { readRoundItems } from './read-round-items.ts';

/** A problem counts as solved from so many correct samples on. */
const SOLVED = 0.5;

const Difference = z.object({
  mean: z.number().nullable().meta({ description: 'Second minus first, in [−1, 1].' }),
  interval: z
    .tuple([z.number(), z.number()])
    .nullable()
    .meta({ description: '95 %, over the differences of problems.' }),
});

const BenchmarkComparison = z.object({
  benchmark: BenchmarkName,
  problems: z.number().int().meta({ description: 'Scored in both.' }),
  first: z.number().nullable(),
  second: z.number().nullable(),
  difference: Difference,
  gained: z
    .array(ProblemId)
    .meta({ description: 'Solved by the second alone: at least half of its samples.' }),
  lost: z.array(ProblemId).meta({ description: 'Solved by the first alone.' }),
});

/** Two evaluations on the problems that they share. */
export const Comparison = z
  .object({
    first: Digest,
    second: Digest,
    grader: GraderName,
    average: Difference.meta({ description: 'Mean of the benchmarks.' }),
    benchmarks: z.array(BenchmarkComparison),
  })
  .openapi('Comparison');
export type Comparison = z.infer<typeof Comparison>;
export const ComparisonQuery = z.object({
  grader: GraderName.optional().meta({ description: 'The first that both have, by default.' }),
});

export type ComparingPorts = ReadingPorts & {
  /** Comparisons of rounds that are over, which never change: each is worked out once. */
  readonly comparisons: Memory<Promise<Comparison>>;
};

/**
 * How much better the second of two evaluations is, benchmark by benchmark, and which problems turned.
 *
 * @throws {KnownError} `evaluation-unknown`, `evaluation-unfinished`, `grader-unknown`, `nothing-shared`
 */
export async function compareEvaluations(
  first: string,
  second: string,
  wanted: GraderName | undefined,
  ports: ComparingPorts,
): Promise<Comparison> {
  const [before, after] = [await readEvaluation(first, ports), await readEvaluation(second, ports)];
  const grader = sharedGrader(before, after, wanted);
  for (const view of [before, after]) assertScored(view);
  const name = [first, before.round, second, after.round, grader].join(' ');
  const known = ports.comparisons.get(name);
  if (known !== undefined) return known;
  const comparison = compareRounds(before, after, grader, ports.store);
  ports.comparisons.keep(name, comparison);
  comparison.catch(() => ports.comparisons.forget(name));
  return comparison;
}

async function compareRounds(
  first: EvaluationView,
  second: EvaluationView,
  grader: GraderName,
  store: ObjectStore,
): Promise<Comparison> {
  const before = await scoresOf(first, grader, store);
  const after = await scoresOf(second, grader, store);
  const shared = [...before.keys()].filter((benchmark) => after.has(benchmark));
  if (shared.length === 0)
    throw new KnownError('nothing-shared', 'The two evaluations share no benchmark. Compare others.');
  const compared = shared.map((benchmark) =>
    compareBenchmark(benchmark, before.get(benchmark) ?? new Map(), after.get(benchmark) ?? new Map()),
  );
  return {
    ...{ first: first.evaluation, second: second.evaluation, grader },
    average: averageOf(compared),
    benchmarks: compared.map(({ row }) => row),
  };
}

interface Compared {
  readonly row: z.infer<typeof BenchmarkComparison>;
  /** `null` where they share no problem. */
  readonly difference: PairedDifference | null;
}

function compareBenchmark(benchmark: string, before: ProblemScores, after: ProblemScores): Compared {
  const shared = [...before.keys()].filter((id) => after.has(id));
  const pairs = shared.map((id) => ({ id, old: before.get(id) as number, new: after.get(id) as number })); // in both
  const difference = pairedDifference(
    pairs.map((pair) => pair.new - pair.old),
    sha256Words(benchmark)[0],
  );
  const row = {
    benchmark,
    problems: pairs.length,
    first: mean(pairs.map((pair) => pair.old)),
    second: mean(pairs.map((pair) => pair.new)),
    difference: toDifference(difference),
    gained: pairs.filter((pair) => pair.old < SOLVED && pair.new >= SOLVED).map(({ id }) => id),
    lost: pairs.filter((pair) => pair.old >= SOLVED && pair.new < SOLVED).map(({ id }) => id),
  };
  return { row: BenchmarkComparison.parse(row), difference };
}

function toDifference(difference: PairedDifference | null): z.infer<typeof Difference> {
  return difference
    ? { mean: difference.mean, interval: [...difference.interval] }
    : { mean: null, interval: null };
}

function averageOf(compared: readonly Compared[]): Comparison['average'] {
  const known = compared.map(({ difference }) => difference).filter((difference) => difference !== null);
  if (known.length < compared.length) return toDifference(null);
  return { mean: mean(known.map((difference) => difference.mean)), interval: [...averageInterval(known)] };
}

function sharedGrader(
  first: EvaluationView,
  second: EvaluationView,
  wanted: GraderName | undefined,
): GraderName {
  const shared = first.graders.filter((name) => second.graders.includes(name));
  const chosen = wanted ?? shared[0];
  if (chosen !== undefined && shared.includes(chosen)) return chosen;
  const message = `Both must have the grader. They share: ${shared.join(', ') || 'none'}.`;
  throw new KnownError('grader-unknown', message);
}

function assertScored({ evaluation, status, summary }: EvaluationView): void {
  if (summary) return;
  const message = `Evaluation ${evaluation} has no scores (${status}). Compare it when it is done.`;
  throw new KnownError('evaluation-unfinished', message);
}

async function scoresOf(
  { evaluation, round, benchmarks }: EvaluationView,
  grader: GraderName,
  store: ObjectStore,
): Promise<ReadonlyMap<string, ProblemScores>> {
  return problemScores(await readRoundItems({ evaluation, round }, store), grader, benchmarks);
}
