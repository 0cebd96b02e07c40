/**
 * Whether one evaluation is better than another, from the scores of the problems that both have. Problems are the unit
 * throughout: samples of one problem may have anything in common, so that they count as its share of right ones.
 *
 * `paired-set.ts` puts the differences on their lattice; `sign-flips.ts` tests one benchmark, exactly, and `average-p.ts`
 * the mean of several; `score-interval.ts` says between which values the difference lies, `detectable-difference.ts` how
 * small a one could have been found, `holm.ts` adjusts for the number of tests, and `verdict.ts` concludes. Beside them
 * `protocol-differences.ts` names what else differs between two requests. All pure, and the same each time.
 */
import { averageInterval } from '../metrics/average-interval.ts';
import { sum } from '../metrics/sum.ts';
import type { Interval } from '../records/summary.ts';
import { averageP } from './average-p.ts';
import { detectableDifference, problemsNeeded } from './detectable-difference.ts';
import { holm } from './holm.ts';
import { meanDifference, type Pair, type PairedSet, pairedSet } from './paired-set.ts';
import { scoreInterval } from './score-interval.ts';
import { signFlipP } from './sign-flips.ts';
import { concludeFrom, type Evidence, type Verdict } from './verdict.ts';

/** A problem counts as solved from so many right samples on. */
const SOLVED = 0.5;
const SIGNIFICANT = 0.05;

/** One benchmark as both evaluations have it. */
export interface ScoredPairs {
  readonly benchmark: string;
  /** Samples of each problem, in the first evaluation and in the second. */
  readonly samples: readonly [number, number];
  readonly pairs: readonly Pair[];
}

/** A difference, second minus first, with what it is worth. */
export interface Difference {
  /** Pairs. */
  readonly problems: number;
  /** Mean shares of right samples. */
  readonly first: number;
  readonly second: number;
  /** In [−1, 1]. */
  readonly difference: number;
  /** 95 %, over problems. */
  readonly interval: Interval;
  /** Two-sided. */
  readonly p: number;
  /** By Holm, over everything that is compared at once. */
  readonly adjustedP: number;
  /** The smallest difference that so many problems find in 80 of 100 cases. */
  readonly detectable: number;
  readonly verdict: Verdict;
}

/** Ids of problems by whether they are solved: in at least half of the samples. */
export interface Flips {
  /** By the second alone. */
  readonly gained: readonly string[];
  /** By the first alone. */
  readonly lost: readonly string[];
  readonly solved: readonly string[];
  readonly unsolved: readonly string[];
}

export interface BenchmarkDifference extends Difference, Flips {
  readonly benchmark: string;
  readonly samples: readonly [number, number];
  /** McNemar's is the sign flip of single samples. */
  readonly test: 'mcnemar' | 'sign-flip';
}

export interface ScoreComparison {
  /** Mean over benchmarks, each counted alike; `null` of none. */
  readonly average: Difference | null;
  readonly benchmarks: readonly BenchmarkDifference[];
}

/**
 * Compares evaluations with a first one. The p values of all benchmarks of all of them are adjusted together, and so are
 * those of their averages.
 *
 * @param others - each with the benchmarks that it shares with the first, of at least one pair
 * @param margin - differences up to here do not matter, a share
 */
export function compareScores(
  others: readonly (readonly ScoredPairs[])[],
  margin: number,
): readonly ScoreComparison[] {
  const found = others.map(findDifferences);
  const averages = adjusted(found.flatMap(({ average }) => average ?? []));
  const rows = adjusted(found.flatMap(({ benchmarks }) => benchmarks));
  return found.map(({ average, benchmarks }) => ({
    average: average && conclude(average, averages, margin),
    benchmarks: benchmarks.map((each) => conclude(each, rows, margin)),
  }));
}

/** The p values of differences, adjusted for their number. */
function adjusted(found: readonly Found[]): ReadonlyMap<Found, number> {
  const ps = holm(found.map(({ p }) => p));
  return new Map(found.map((each, i) => [each, ps[i] as number])); // one each
}

/** What is known of a difference before others are looked at. */
type Found = Omit<Difference, 'adjustedP' | 'verdict'> & { readonly sets: readonly PairedSet[] };
type Concluded<T extends Found> = Omit<T, 'sets'> & Pick<Difference, 'adjustedP' | 'verdict'>;

function findDifferences(scored: readonly ScoredPairs[]) {
  const benchmarks = scored.map(findDifference);
  const sets = benchmarks.flatMap((each) => each.sets);
  const mean = (of: (each: Found) => number) => sum(benchmarks.map(of)) / benchmarks.length;
  if (sets.length === 0) return { average: null, benchmarks };
  const [only, ...more] = benchmarks;
  const p = only && more.length === 0 ? only.p : averageP(sets);
  const spans = benchmarks.map(({ difference, sets: [set] }) => ({
    mean: difference,
    interval: scoreInterval(set),
  }));
  const average: Found = {
    problems: sum(benchmarks.map(({ problems }) => problems)),
    first: mean(({ first }) => first),
    second: mean(({ second }) => second),
    difference: mean(({ difference }) => difference),
    ...{ interval: holdingZero(averageInterval(spans), p), p },
    detectable: detectableDifference(sets),
    sets,
  };
  return { average, benchmarks };
}

function findDifference({ benchmark, samples, pairs }: ScoredPairs) {
  const set = pairedSet(benchmark, pairs, samples);
  const p = signFlipP(set.steps);
  return {
    ...{ benchmark, samples, test: Math.max(...samples) > 1 ? ('sign-flip' as const) : ('mcnemar' as const) },
    problems: pairs.length,
    first: sum(pairs.map(({ first }) => first)) / pairs.length,
    second: sum(pairs.map(({ second }) => second)) / pairs.length,
    difference: meanDifference(set),
    ...{ interval: holdingZero(scoreInterval(set), p), p },
    detectable: detectableDifference([set]),
    ...flipsOf(pairs),
    sets: [set] as const,
  };
}

/** What the exact test cannot tell from 0 has an interval with 0 in it. */
function holdingZero([low, high]: Interval, p: number): Interval {
  return p <= SIGNIFICANT ? [low, high] : [Math.min(0, low), Math.max(0, high)];
}

function conclude<T extends Found>(
  found: T,
  adjustedPs: ReadonlyMap<Found, number>,
  margin: number,
): Concluded<T> {
  const { sets, ...rest } = found;
  const adjustedP = adjustedPs.get(found) as number; // all were adjusted
  const evidence: Evidence = { ...rest, adjustedP, problemsNeeded: problemsNeeded(sets, margin) };
  return { ...rest, adjustedP, verdict: concludeFrom(evidence, margin) };
}

function flipsOf(pairs: readonly Pair[]): Flips {
  const having = (first: boolean, second: boolean) =>
    pairs
      .filter((pair) => pair.first >= SOLVED === first && pair.second >= SOLVED === second)
      .map(({ problem }) => problem);
  return {
    gained: having(false, true),
    lost: having(true, false),
    solved: having(true, true),
    unsolved: having(false, false),
  };
}
