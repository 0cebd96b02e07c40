/**
 * How often a comparison is right: pairs of evaluations drawn from worlds whose true difference is known, thousands of
 * each. Which figures they gave stands in docs/method.md. Nothing here depends on the machine.
 */
import { compareScores, type Difference, type ScoredPairs } from '#shared/comparison/compare-scores.ts';
import type { BenchResult } from './bench-result.ts';
import { quantile } from './quantile.ts';
import { SimulatedPairs, trueDifference, type World } from './verdicts/simulated-pairs.ts';
import { type NamedWorld, worlds } from './verdicts/worlds.ts';

const PROBLEMS = [30, 100, 500, 1319];
const SAMPLES = [1, 8];
const DRAWS = 2000;
const MARGIN = 0.05;

/** What came of many comparisons in one world. Shares of them. */
export interface Outcome {
  readonly truth: number;
  /** The interval held the true difference. */
  readonly covered: number;
  readonly better: number;
  readonly worse: number;
  readonly noDifference: number;
  /** Mean half width of the interval. */
  readonly halfWidth: number;
  /** Median of the smallest detectable difference. */
  readonly detectable: number;
}

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const rows = worlds(PROBLEMS, SAMPLES).map((world) => {
    const row = { world, ...outcome(world, DRAWS) };
    console.log(line(row));
    return row;
  });
  const varied = rows.filter(({ world }) => !world.name.startsWith('all'));
  const unbiased = rows.filter(({ truth }) => Math.abs(truth) < 1e-9);
  const worst = (values: readonly number[]) => Math.max(...values);
  const metrics = {
    ...{ worlds: rows.length, draws: DRAWS },
    coveredMean: varied.reduce((sum, { covered }) => sum + covered, 0) / varied.length,
    coveredLeast: -worst(varied.map(({ covered }) => -covered)),
    coveredMost: worst(varied.map(({ covered }) => covered)),
    falseBetterMean:
      unbiased.reduce((sum, { better, worse }) => sum + (better + worse) / 2, 0) / unbiased.length,
    falseBetterMost: worst(unbiased.flatMap(({ better, worse }) => [better, worse])),
  };
  // What a share of so many draws is off by, three times in a thousand.
  const slack = (share: number) => 3 * Math.sqrt((share * (1 - share)) / DRAWS);
  const least = 0.95 - slack(0.95);
  const most = 0.025 + slack(0.025);
  return {
    metrics,
    targets: [
      {
        what: 'least coverage',
        value: metrics.coveredLeast,
        target: least,
        met: metrics.coveredLeast >= least,
      },
      {
        what: 'false better or worse',
        value: metrics.falseBetterMost,
        target: most,
        met: metrics.falseBetterMost <= most,
      },
    ],
  };
}

/** Compares so many pairs of evaluations of one benchmark. */
export function outcome(world: World, draws: number): Outcome {
  const pairs = new SimulatedPairs(world);
  const { samples } = world;
  const compared = Array.from({ length: draws }, () =>
    compareOnce([{ benchmark: 'b', samples, pairs: pairs.next() }]),
  );
  return outcomeOf(compared, trueDifference(world));
}

/** Compares so many pairs of evaluations of several benchmarks, whose mean is looked at. */
export function averageOutcome(of: readonly World[], draws: number): Outcome {
  const pairs = of.map((world, i) => new SimulatedPairs(world, i));
  const compared = Array.from({ length: draws }, () =>
    compareOnce(of.map(({ samples }, i) => ({ benchmark: `b${i}`, samples, pairs: pairs[i]?.next() ?? [] }))),
  );
  return outcomeOf(compared, of.reduce((sum, world) => sum + trueDifference(world), 0) / of.length);
}

/**
 * The difference that is called better in 80 of 100 comparisons, found by raising the effect, and the median of what they
 * say is detectable there.
 */
export function detectability(
  world: World,
  draws: number,
): { readonly found: number; readonly said: number } {
  let [low, high] = [0, 6];
  for (let i = 0; i < 8; i++) {
    const middle = (low + high) / 2;
    if (outcome({ ...world, effect: [middle, 0] }, draws).better < 0.8) low = middle;
    else high = middle;
  }
  const { truth, detectable } = outcome({ ...world, effect: [high, 0] }, draws);
  return { found: truth, said: detectable };
}

function compareOnce(scored: readonly ScoredPairs[]): Difference {
  const average = compareScores([scored], MARGIN)[0]?.average;
  if (!average) throw new Error('a world has pairs');
  return average;
}

function outcomeOf(compared: readonly Difference[], truth: number): Outcome {
  const share = (holds: (each: Difference) => boolean) => compared.filter(holds).length / compared.length;
  return {
    truth,
    covered: share(({ interval: [low, high] }) => low <= truth && truth <= high),
    better: share(({ verdict }) => verdict.kind === 'better'),
    worse: share(({ verdict }) => verdict.kind === 'worse'),
    noDifference: share(({ verdict }) => verdict.kind === 'no-difference'),
    halfWidth:
      compared.reduce((sum, { interval: [low, high] }) => sum + (high - low) / 2, 0) / compared.length,
    detectable: quantile(
      compared.map(({ detectable }) => detectable),
      0.5,
    ),
  };
}

function line({ world, ...row }: Outcome & { readonly world: NamedWorld }): string {
  const shares = [
    row.truth,
    row.covered,
    row.better,
    row.worse,
    row.noDifference,
    row.halfWidth,
    row.detectable,
  ];
  const cells = shares.map((share) => (100 * share).toFixed(1).padStart(6));
  return `${world.name.padEnd(22)} ${`${world.problems} × ${world.samples[0]}`.padEnd(9)} ${cells.join(' ')}`;
}
