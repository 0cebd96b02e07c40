import {
  compareScores,
  type Difference,
  type ScoreComparison,
  type ScoredPairs,
} from '#shared/comparison/compare-scores.ts';
import { type ProtocolDifference, protocolDifferences } from '#shared/comparison/protocol-differences.ts';
import { type Verdict, verdictText } from '#shared/comparison/verdict.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, GraderName } from '#shared/records/evaluations.ts';
import type { Memory } from '../memory.ts';
import { Comparison, type ComparisonQuery } from './comparison-view.ts';
import type { EvaluationView } from './evaluation-view.ts';
import { headlineGrader } from './headline-score.ts';
import { type ProblemScores, problemScores } from './problem-scores.ts';
import { findRequest, type ReadingPorts, readEvaluation } from './read-evaluation.ts';
import { readRoundItems } from './read-round-items.ts';

export type ComparingPorts = ReadingPorts & {
  /** Comparisons of rounds that are over, which never change: each is worked out once. */
  readonly comparisons: Memory<Promise<readonly Comparison[]>>;
};

/** Comparisons that are known by name before they are worked out. */
export interface NamedComparisons {
  /** The same name is the same comparisons. */
  readonly name: string;
  readonly read: () => Promise<readonly Comparison[]>;
}

/** How a verdict names the sides where nobody has given them names. */
const SIDES = { first: 'the first', second: 'the second' };

/**
 * How much better each of other evaluations is than the first, benchmark by benchmark, and which problems turned.
 *
 * @param others - at least one
 * @throws {KnownError} `evaluation-unknown`, `evaluation-unfinished`, `grader-unknown`; `nothing-shared` when it is read
 */
export async function compareEvaluations(
  first: string,
  others: readonly string[],
  { grader: wanted, margin }: ComparisonQuery,
  ports: ComparingPorts,
): Promise<NamedComparisons> {
  const views: EvaluationView[] = [];
  for (const evaluation of [first, ...others]) views.push(await readEvaluation(evaluation, ports));
  const grader = sharedGrader(views, wanted);
  for (const view of views) assertScored(view);
  const name = [...views.flatMap(({ evaluation, round }) => [evaluation, round]), grader, margin].join(' ');
  const read = () => {
    const known = ports.comparisons.get(name);
    if (known !== undefined) return known;
    const comparisons = compareRounds(views, grader, margin, ports.store);
    ports.comparisons.keep(name, comparisons);
    comparisons.catch(() => ports.comparisons.forget(name));
    return comparisons;
  };
  return { name, read };
}

/** An evaluation with what a comparison asks of it. */
interface Side {
  readonly view: EvaluationView;
  readonly request: EvaluationRequest;
  readonly scores: ReadonlyMap<string, ProblemScores>;
}

async function compareRounds(
  views: readonly EvaluationView[],
  grader: GraderName,
  margin: number,
  store: ObjectStore,
): Promise<readonly Comparison[]> {
  const sides: Side[] = [];
  for (const view of views) sides.push(await readSide(view, grader, store));
  const [first, ...others] = sides as [Side, ...Side[]]; // one per view
  const matches = others.map((second) => matchSides(first, second, grader));
  const compared = compareScores(
    matches.map(({ pairs }) => pairs),
    margin,
  );
  return others.map((second, i) => {
    const [match, scores] = [matches[i] as Match, compared[i] as ScoreComparison]; // one each
    return toComparison(first, second, match, scores, { grader, margin });
  });
}

async function readSide(view: EvaluationView, grader: GraderName, store: ObjectStore): Promise<Side> {
  const items = await readRoundItems(view, store);
  return {
    view,
    request: await findRequest(store, view.evaluation),
    scores: problemScores(items, grader, view.benchmarks),
  };
}

interface Match {
  readonly differences: readonly ProtocolDifference[];
  /** Of the benchmarks that nothing blocks. */
  readonly pairs: readonly (ScoredPairs & { readonly unpaired: number })[];
}

/** @throws {KnownError} `nothing-shared` */
function matchSides(first: Side, second: Side, grader: GraderName): Match {
  const shared = [...first.scores.keys()].filter((benchmark) => second.scores.has(benchmark));
  if (shared.length === 0)
    throw new KnownError('nothing-shared', 'The two evaluations share no benchmark. Compare others.');
  const all = shared.map((benchmark) => pairsOf(benchmark, first, second));
  const differences = [
    ...protocolDifferences(first.request, second.request, grader),
    ...all.flatMap((pairs) => missingScores(pairs, first, second, grader)),
  ];
  const isBlocked = (benchmark: string) =>
    differences.some((each) => blocks(each) && each.benchmark === benchmark);
  return {
    differences: [...differences.filter(blocks), ...differences.filter((each) => !blocks(each))],
    pairs: all.filter(({ benchmark }) => !isBlocked(benchmark)),
  };
}

function blocks({ severity }: ProtocolDifference): boolean {
  return severity === 'pairs-do-not-match';
}

function pairsOf(benchmark: string, first: Side, second: Side): Match['pairs'][number] {
  const [before, after] = [first, second].map(
    ({ scores }) => scores.get(benchmark) ?? new Map<string, number>(),
  );
  const pairs = [...(before ?? [])].flatMap(([problem, share]) => {
    const other = after?.get(problem);
    return other === undefined ? [] : [{ problem, first: share, second: other }];
  });
  const samplesOf = ({ view }: Side) =>
    view.benchmarks.find((set) => set.benchmark === benchmark)?.samples ?? 1;
  return {
    benchmark,
    samples: [samplesOf(first), samplesOf(second)],
    pairs,
    unpaired: (before?.size ?? 0) + (after?.size ?? 0) - 2 * pairs.length,
  };
}

/** Completions without a verdict leave problems out, and who is left out need not be like the others. */
function missingScores(
  { benchmark, pairs }: ScoredPairs,
  first: Side,
  second: Side,
  grader: GraderName,
): ProtocolDifference[] {
  const missing = ({ view: { summary } }: Side) =>
    summary?.graders[grader]?.benchmarks.find((each) => each.benchmark === benchmark)?.failed ?? 0;
  const [before, after] = [missing(first), missing(second)];
  if (pairs.length > 0 && before + after === 0) return [];
  const severity = pairs.length > 0 ? 'may-move-scores' : 'pairs-do-not-match';
  return [{ what: 'scores', severity, benchmark, first: `${before} missing`, second: `${after} missing` }];
}

function toComparison(
  first: Side,
  second: Side,
  { differences, pairs }: Match,
  { average, benchmarks }: ScoreComparison,
  rest: Pick<Comparison, 'grader' | 'margin'>,
): Comparison {
  const blocked = differences.some(blocks) || average === null;
  const verdict: Verdict = blocked ? { kind: 'blocked' } : average.verdict;
  return Comparison.parse({
    first: first.view.evaluation,
    second: second.view.evaluation,
    sameModel: first.view.model === second.view.model,
    recordings: [recordingOf(first), recordingOf(second)],
    ...rest,
    verdict,
    text: verdictText(verdict, SIDES),
    differences,
    average: blocked ? null : withText(average),
    benchmarks: benchmarks.map((each, i) => ({ ...withText(each), unpaired: pairs[i]?.unpaired })),
  });
}

function recordingOf({ request: { generation } }: Side): string | null {
  return generation.generator.kind === 'recorded' ? generation.generator.completions : null;
}

function withText<T extends Difference>(difference: T): T & { readonly text: string } {
  return { ...difference, text: verdictText(difference.verdict, SIDES) };
}

function sharedGrader(views: readonly EvaluationView[], wanted: GraderName | undefined): GraderName {
  const [first, ...others] = views;
  const shared = first?.graders.filter((name) => others.every(({ graders }) => graders.includes(name))) ?? [];
  const chosen = wanted ?? headlineGrader(shared);
  const known = shared.find((name) => name === chosen);
  if (known !== undefined) return known;
  const all = views.length > 2 ? 'All' : 'Both';
  const message = `${all} must have the grader. They share: ${shared.join(', ') || 'none'}.`;
  throw new KnownError('grader-unknown', message);
}

function assertScored({ evaluation, status, summary }: EvaluationView): void {
  if (summary) return;
  const message = `Evaluation ${evaluation} has no scores (${status}). Compare it when it is done.`;
  throw new KnownError('evaluation-unfinished', message);
}
