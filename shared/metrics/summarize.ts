import type {
  BenchmarkSummary,
  EvaluationRequest,
  GenerationSet,
  Interval,
  Outcome,
  RoundManifest,
  Score,
  ScoredItem,
  Summary,
} from '../messages.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import { mean } from './mean.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** A reference answer that nobody could match: counted, but no part of any score. */
const GOLD_FAULT = 'gold-invalid';

export interface RoundResult {
  readonly evaluation: string;
  readonly round: number;
  readonly request: EvaluationRequest;
  readonly manifest: RoundManifest;
  /** Exactly one per shard of the manifest. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

/**
 * The summary of a complete round: a pure function of its manifest and outcomes, whatever their order and however the
 * work was cut into shards.
 */
export function summarize({ evaluation, round, request, manifest, outcomes }: RoundResult): Summary {
  const items: ScoredItem[] = [];
  const failed: Record<string, number> = {};
  let policy: Summary['policy'] = 'verified';
  for (const { shard } of manifest.shards) {
    const outcome = outcomes.get(shard);
    if (!outcome) throw new Error(`shard ${shard} has no outcome`);
    if (outcome.kind === 'failed') {
      failed[outcome.reason] = (failed[outcome.reason] ?? 0) + 1;
      continue;
    }
    if (outcome.policy === 'claimed') policy = 'claimed';
    items.push(...outcome.items);
  }
  const scored = Map.groupBy(items, ({ problem }) => benchmarkOf(problem));
  const expected = Map.groupBy(
    manifest.shards.flatMap((shard) => shard.items),
    ({ problem }) => benchmarkOf(problem),
  );
  const sets = request.generation.sets.map((set) => ({
    set,
    expected: expected.get(set.benchmark)?.length ?? 0,
    problems: byProblem(scored.get(set.benchmark) ?? []),
  }));
  const graders = request.graders.map(({ name }) => [name, summarizeGrader(name, sets)] as const);
  const failures = Object.values(failed).reduce((total, shards) => total + shards, 0);
  return {
    schemaVersion: 1,
    evaluation,
    round,
    model: request.generation.model,
    policy,
    coverage: { shards: manifest.shards.length, scored: manifest.shards.length - failures, failed },
    graders: Object.fromEntries(graders),
  };
}

interface ScoredSet {
  readonly set: GenerationSet;
  /** Completions that the manifest asks for. */
  readonly expected: number;
  /** Those that were scored, by problem, in order. */
  readonly problems: readonly (readonly ScoredItem[])[];
}

function benchmarkOf(problem: string): string {
  return problem.slice(0, problem.indexOf('/'));
}

/** In numeric order of the problems' ids and samples, so that no sum depends on the order of outcomes. */
function byProblem(items: readonly ScoredItem[]): readonly (readonly ScoredItem[])[] {
  const ordered = [...items].sort((a, b) => compareIds(a.problem, b.problem) || a.sample - b.sample);
  return [...Map.groupBy(ordered, ({ problem }) => problem).values()];
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

function summarizeGrader(grader: string, sets: readonly ScoredSet[]): Summary['graders'][string] {
  const graded = sets.map((set) => gradeSet(grader, set));
  const complete = graded.every(({ summary }) => summary.score.mean !== null);
  const scores = graded.map(({ problemScores }) => problemScores);
  const bound = (side: 0 | 1) => mean(graded.map(({ summary }) => summary.score.bounds[side])) as number;
  const average: Score = {
    mean: complete ? mean(graded.map(({ summary }) => summary.score.mean as number)) : null,
    interval: complete ? bootstrapInterval(scores) : null,
    bounds: [bound(0), bound(1)],
  };
  return { average, benchmarks: graded.map(({ summary }) => summary) };
}

function gradeSet(
  grader: string,
  { set, expected, problems }: ScoredSet,
): { readonly summary: BenchmarkSummary; readonly problemScores: readonly number[] } {
  const verdictOf = (item: ScoredItem) => item.verdicts[grader];
  const items = problems.flat();
  const sound = problems.filter((samples) => samples.every((item) => verdictOf(item)?.reason !== GOLD_FAULT));
  const correct = (samples: readonly ScoredItem[]) =>
    samples.filter((item) => verdictOf(item)?.verdict === 'correct').length;
  const problemScores = sound.map((samples) => correct(samples) / samples.length);
  const failed = expected - items.length;
  const summary: BenchmarkSummary = {
    benchmark: set.benchmark,
    problems: expected / set.samples,
    samplesPerProblem: set.samples,
    completions: items.length,
    failed,
    score: scoreOf({
      set,
      problemScores,
      failed,
      correct: correct(sound.flat()),
      judged: sound.flat().length,
    }),
    subjects: subjectMeans(sound, problemScores),
    meanTokens: mean(items.map(({ tokens }) => tokens)),
    truncatedShare: mean(items.map(({ truncated }) => Number(truncated))),
    boxedShare: mean(items.map(({ boxed }) => Number(boxed))),
    reflection: tally(items.flatMap(({ reflection }) => reflection)),
    reasons: tally(items.map((item) => verdictOf(item)?.reason ?? 'ungraded')),
  };
  return { summary, problemScores };
}

function scoreOf({
  set,
  problemScores,
  failed,
  correct,
  judged,
}: {
  readonly set: GenerationSet;
  readonly problemScores: readonly number[];
  readonly failed: number;
  readonly correct: number;
  readonly judged: number;
}): Score {
  const total = judged + failed;
  const bounds: Interval = total === 0 ? [0, 1] : [correct / total, (correct + failed) / total];
  if (failed > 0 || judged === 0) return { mean: null, interval: null, bounds };
  const greedy = set.samples === 1 && set.temperature === 0;
  const interval = greedy ? wilsonInterval(correct, judged) : bootstrapInterval([problemScores]);
  return { mean: mean(problemScores), interval, bounds };
}

function subjectMeans(
  problems: readonly (readonly ScoredItem[])[],
  scores: readonly number[],
): BenchmarkSummary['subjects'] {
  const subjects = Map.groupBy(
    problems.map((samples, i) => ({ subject: samples[0]?.subject, score: scores[i] as number })),
    ({ subject }) => subject,
  );
  return Object.fromEntries(
    [...subjects].flatMap(([subject, members]) =>
      subject === undefined
        ? []
        : [[subject, { problems: members.length, mean: mean(members.map(({ score }) => score)) as number }]],
    ),
  );
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
