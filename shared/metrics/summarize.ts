import { sha256Words } from '../encoding/digest.ts';
import { benchmarkOf, itemName } from '../items.ts';
import type {
  EvaluationRequest,
  GenerationSet,
  Item,
  Outcome,
  RoundManifest,
  ScoredItem,
} from '../records/evaluations.ts';
import type { Unversioned } from '../records/ids.ts';
import type { BenchmarkSummary, Interval, Score, Summary } from '../records/summary.ts';
import { averageInterval, type SetMean } from './average-interval.ts';
import { boundedMeanInterval } from './bounded-mean-interval.ts';
import { mean } from './mean.ts';
import { sum } from './sum.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** A reference answer that nobody could match: counted, but no part of any score. */
const GOLD_FAULT = 'gold-invalid';

export interface RoundResult {
  readonly evaluation: string;
  readonly round: number;
  readonly request: EvaluationRequest;
  readonly manifest: RoundManifest;
  /** One per shard of the manifest. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

/**
 * The summary of a complete round: a pure function of its manifest and outcomes. Scores depend neither on the order
 * of outcomes nor on how the work was cut into shards; what a failed shard or a missing item leaves unknown is a bound.
 */
export function summarize({
  evaluation,
  round,
  request,
  manifest,
  outcomes,
}: RoundResult): Unversioned<Summary> {
  const scored = new Map<string, ScoredItem>();
  const failures: string[] = [];
  const unanswered: string[] = [];
  let policy: Summary['policy'] = 'verified';
  for (const { shard } of manifest.shards) {
    const outcome = outcomes.get(shard);
    if (!outcome) throw new Error(`shard ${shard} has no outcome`);
    if (outcome.kind === 'failed') {
      failures.push(outcome.reason);
      continue;
    }
    if (outcome.policy === 'claimed') policy = 'claimed';
    for (const item of outcome.items) scored.set(itemName(item), item);
    unanswered.push(...(outcome.unanswered ?? []).map(({ reason }) => reason));
  }
  const problems = problemsOf(manifest, scored);
  const sets = request.generation.sets.map((set) => ({ set, problems: problems.get(set.benchmark) ?? [] }));
  const graders = request.graders.map(({ name }) => [name, summarizeGrader(name, sets)] as const);
  return {
    evaluation,
    round,
    model: request.generation.model,
    policy,
    coverage: {
      shards: manifest.shards.length,
      scored: manifest.shards.length - failures.length,
      failed: tally(failures),
      ...(unanswered.length > 0 && { unanswered: tally(unanswered) }),
    },
    graders: Object.fromEntries(graders),
  };
}

/** What the manifest asks of a problem, and what was scored of it. */
interface SampledProblem {
  readonly expected: number;
  readonly samples: readonly ScoredItem[];
}

interface SampledSet {
  readonly set: GenerationSet;
  readonly problems: readonly SampledProblem[];
}

/** By benchmark, problems and samples in the order of their names, so that no sum depends on the order of outcomes. */
function problemsOf(
  manifest: RoundManifest,
  scored: ReadonlyMap<string, ScoredItem>,
): ReadonlyMap<string, readonly SampledProblem[]> {
  const items = manifest.shards.flatMap((shard) => shard.items).sort(compareItems);
  const byProblem = Map.groupBy(items, ({ problem }) => problem);
  // Groups are not empty.
  const byBenchmark = Map.groupBy(byProblem.values(), ([item]) => benchmarkOf((item as Item).problem));
  return new Map(
    [...byBenchmark].map(([benchmark, problems]) => [
      benchmark,
      problems.map((asked) => ({
        expected: asked.length,
        samples: asked.map((item) => scored.get(itemName(item))).filter((item) => item !== undefined),
      })),
    ]),
  );
}

/** `aime25/7` before `aime25/10`. */
function compareItems(a: Item, b: Item): number {
  return a.problem.length - b.problem.length || compareText(a.problem, b.problem) || a.sample - b.sample;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function summarizeGrader(grader: string, sets: readonly SampledSet[]): Summary['graders'][string] {
  const benchmarks = sets.map((set) => gradeSet(grader, set));
  const known = benchmarks.map(({ score }) => score).filter(isKnown);
  const complete = known.length === sets.length;
  // There is a benchmark.
  const bound = (side: 0 | 1) => mean(benchmarks.map(({ score }) => score.bounds[side])) as number;
  const average: Score = {
    mean: complete ? mean(known.map((score) => score.mean)) : null,
    interval: complete ? averageInterval(known) : null,
    bounds: [bound(0), bound(1)],
  };
  return { average, benchmarks };
}

function isKnown(score: Score): score is Score & SetMean {
  return score.mean !== null && score.interval !== null;
}

/** A problem with a sound gold, under one grader. */
interface GradedProblem {
  readonly subject: string | undefined;
  readonly expected: number;
  readonly judged: number;
  readonly correct: number;
}

function gradeSet(grader: string, { set, problems }: SampledSet): BenchmarkSummary {
  const items = problems.flatMap(({ samples }) => samples);
  const verdicts = items.map((item) => item.verdicts[grader]).filter((verdict) => verdict !== undefined);
  const failed = sum(problems.map(({ expected }) => expected)) - verdicts.length;
  const graded = problems.flatMap((problem) => gradeProblem(grader, problem));
  const known = failed === 0 && graded.length > 0;
  const scores = graded.map(({ correct, expected }) => correct / expected);
  return {
    benchmark: set.benchmark,
    problems: problems.length,
    samplesPerProblem: set.samples,
    completions: items.length,
    failed,
    score: {
      mean: known ? mean(scores) : null,
      interval: known ? intervalOf(set, scores) : null,
      bounds: boundsOf(graded),
    },
    subjects: known ? subjectMeans(graded) : {},
    meanTokens: mean(items.map(({ tokens }) => tokens)),
    truncatedShare: mean(items.map(({ truncated }) => Number(truncated))),
    boxedShare: mean(items.map(({ boxed }) => Number(boxed))),
    reflection: tally(items.flatMap(({ reflection }) => reflection)),
    reasons: tally(verdicts.map(({ reason }) => reason)),
  };
}

/** Nothing, where its gold cannot be matched: one sample is enough to know. */
function gradeProblem(grader: string, { expected, samples }: SampledProblem): GradedProblem[] {
  const verdicts = samples.map((item) => item.verdicts[grader]).filter((verdict) => verdict !== undefined);
  if (verdicts.some(({ reason }) => reason === GOLD_FAULT)) return [];
  const correct = verdicts.filter(({ verdict }) => verdict === 'correct').length;
  return [{ subject: samples[0]?.subject, expected, judged: verdicts.length, correct }];
}

/** @param scores - one per problem */
function intervalOf({ benchmark, samples, temperature }: GenerationSet, scores: readonly number[]): Interval {
  if (samples > 1 || temperature > 0) return boundedMeanInterval(scores, sha256Words(benchmark)[0]);
  return wilsonInterval(sum(scores), scores.length);
}

/** Where the mean lies if all that is missing is wrong, and if all of it is right. */
function boundsOf(problems: readonly GradedProblem[]): Interval {
  const lowest = mean(problems.map(({ correct, expected }) => correct / expected));
  const highest = mean(
    problems.map(({ correct, judged, expected }) => (correct + expected - judged) / expected),
  );
  return [lowest ?? 0, highest ?? 1];
}

function subjectMeans(problems: readonly GradedProblem[]): BenchmarkSummary['subjects'] {
  const named = problems.flatMap((problem) =>
    problem.subject === undefined
      ? []
      : [{ subject: problem.subject, score: problem.correct / problem.expected }],
  );
  return byName(
    [...Map.groupBy(named, ({ subject }) => subject)].map(([subject, members]) => {
      const score = mean(members.map((member) => member.score)) as number; // groups are not empty
      return [subject, { problems: members.length, mean: score }] as const;
    }),
  );
}

function tally(names: readonly string[]): Record<string, number> {
  return byName(
    [...Map.groupBy(names, (name) => name)].map(([name, equal]) => [name, equal.length] as const),
  );
}

function byName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => compareText(a, b)));
}
