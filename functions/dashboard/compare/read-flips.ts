import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import type { JudgedSample } from '../../results/evaluations/judged-shards.ts';
import type { NewestRound } from '../../results/evaluations/newest-round.ts';
import { askedOf, judgedBy, type Sample } from '../../results/evaluations/sample-view.ts';
import { samplesOfProblem } from '../../results/evaluations/samples-of-problem.ts';
import type { CompareQuery } from './compare-query.ts';

const PER_PAGE = 8;

/** What one side answered to a problem, by a sample that shows it. */
export interface FlipAnswer
  extends Pick<
    Sample,
    'sample' | 'completion' | 'tokens' | 'truncated' | 'verdict' | 'extracted' | 'reason'
  > {
  readonly correct: number;
  readonly samples: number;
}

/** A problem that one side solves and the other does not, or that neither does. */
export interface Flip {
  readonly problem: string;
  /** `won`: solved by the second alone; `lost`: by the first alone. */
  readonly kind: 'won' | 'lost' | 'neither';
  readonly question: string;
  readonly gold: Sample['gold'];
  readonly first: FlipAnswer | null;
  readonly second: FlipAnswer | null;
}

/** Flips that pass the filters, a page of them. */
export interface FlipPage {
  /** Of the chosen benchmark, or all, whatever else is chosen. */
  readonly counts: { readonly won: number; readonly lost: number };
  readonly total: number;
  /** Of the first on this page, from 0. */
  readonly from: number;
  readonly pages: number;
  readonly items: readonly Flip[];
}

/** The problems that turned, with what both sides answered to those on the page that is asked for. */
export async function readFlips(
  { grader, benchmarks }: Pick<Comparison, 'grader' | 'benchmarks'>,
  rounds: readonly [NewestRound, NewestRound],
  { set, flips, page }: CompareQuery,
  store: ObjectStore,
): Promise<FlipPage> {
  const all = benchmarks
    .filter(({ benchmark }) => set === undefined || benchmark === set)
    .flatMap(({ gained, lost }) => [
      ...gained.map((problem) => ({ problem, kind: 'won' as const })),
      ...lost.map((problem) => ({ problem, kind: 'lost' as const })),
    ]);
  const found = all.filter(({ kind }) => flips === 'all' || kind === flips);
  const from = (page - 1) * PER_PAGE;
  const shown = found.slice(from, from + PER_PAGE);
  const won = all.filter(({ kind }) => kind === 'won').length;
  return {
    counts: { won, lost: all.length - won },
    total: found.length,
    from,
    pages: Math.max(1, Math.ceil(found.length / PER_PAGE)),
    items: await Promise.all(shown.map((each) => readFlip(each, grader, rounds, store))),
  };
}

/** A problem with an answer of each side. */
export async function readFlip(
  { problem, kind }: Pick<Flip, 'problem' | 'kind'>,
  grader: GraderName,
  [a, b]: readonly [NewestRound, NewestRound],
  store: ObjectStore,
): Promise<Flip> {
  const asked = (await readProblemsById(store, a.request)).get(problem);
  const first = await samplesOfProblem(a, problem, store);
  const second = await samplesOfProblem(b, problem, store);
  return {
    ...{ problem, kind, question: asked?.problem ?? '', gold: asked?.answer ?? '' },
    first: answerOf(first, grader, kind === 'lost'),
    second: answerOf(second, grader, kind === 'won'),
  };
}

/** By the first sample that is as the side is: right where it solves the problem. `null` where a retry took them away. */
function answerOf(samples: readonly JudgedSample[], grader: GraderName, solved: boolean): FlipAnswer | null {
  const isCorrect = (each: JudgedSample) => judgedBy(grader, each).verdict === 'correct';
  const shown = samples.find((each) => isCorrect(each) === solved) ?? samples[0];
  if (!shown) return null;
  const { sample, completion, tokens, truncated } = askedOf(shown, undefined);
  const { verdict, extracted, reason } = judgedBy(grader, shown);
  const correct = samples.filter(isCorrect).length;
  return {
    ...{ sample, completion, tokens, truncated, verdict, extracted, reason, correct },
    samples: samples.length,
  };
}
