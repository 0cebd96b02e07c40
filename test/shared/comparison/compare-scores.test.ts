import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareScores, type ScoredPairs } from '#shared/comparison/compare-scores.ts';

const MARGIN = 0.05;

/** Single samples of so many problems: right in both, gained, lost, and wrong in both. */
function single(benchmark: string, counts: readonly [number, number, number, number]): ScoredPairs {
  const kinds = [
    [1, 1],
    [0, 1],
    [1, 0],
    [0, 0],
  ] as const;
  const pairs = kinds
    .flatMap(([first, second], kind) =>
      Array.from({ length: counts[kind] as number }, () => ({ first, second })),
    )
    .map((pair, i) => ({ problem: `${benchmark}/${i}`, ...pair }));
  return { benchmark, samples: [1, 1], pairs };
}

function one(...scored: ScoredPairs[]) {
  const [comparison] = compareScores([scored], MARGIN);
  if (!comparison?.average) throw new Error('nothing compared');
  return { ...comparison, average: comparison.average };
}

function swapped({ pairs, samples: [a, b], benchmark }: ScoredPairs): ScoredPairs {
  return {
    benchmark,
    samples: [b, a],
    pairs: pairs.map((pair) => ({ ...pair, first: pair.second, second: pair.first })),
  };
}

const sampledSet = (benchmark: string) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 30,
    })
    .map(
      (counts): ScoredPairs => ({
        benchmark,
        samples: [4, 3],
        pairs: counts.map(([a, b], i) => ({ problem: `${benchmark}/${i}`, first: a / 4, second: b / 3 })),
      }),
    );

describe('compareScores', () => {
  it('finds an effect that is there, by name of the problems that turned', () => {
    const { average, benchmarks } = one(single('b', [20, 40, 2, 38]));
    expect(average).toMatchObject({ problems: 100, first: 0.22, second: 0.6, verdict: { kind: 'better' } });
    expect(average.difference).toBeCloseTo(0.38, 12);
    const [row] = benchmarks;
    expect(row).toMatchObject({ test: 'mcnemar', samples: [1, 1], difference: average.difference });
    expect([row?.gained.length, row?.lost.length, row?.solved.length, row?.unsolved.length]).toEqual([
      40, 2, 20, 38,
    ]);
    expect(row?.lost).toEqual(['b/60', 'b/61']);
  });

  it.each([
    ['all right', single('b', [200, 0, 0, 0]), 'no-difference'],
    ['all wrong', single('b', [0, 0, 0, 200]), 'no-difference'],
    ['all right, but few', single('b', [30, 0, 0, 0]), 'cannot-tell'],
    ['five of five gained', single('b', [0, 5, 0, 0]), 'cannot-tell'],
    ['six of six gained', single('b', [0, 6, 0, 0]), 'better'],
    ['as many gained as lost', single('b', [40, 20, 20, 20]), 'cannot-tell'],
  ])('concludes from %s what it can', (_, set, kind) => {
    const { average } = one(set);
    expect(average.verdict.kind).toBe(kind);
    const [low, high] = average.interval;
    expect(high - low).toBeGreaterThan(0.01);
    if (kind !== 'better') expect(low <= 0 && high >= 0).toBe(true);
    if (average.verdict.kind === 'cannot-tell')
      expect(average.verdict.problemsNeeded).toBeGreaterThan(average.problems);
  });

  it('is the mirror of itself the other way round', () => {
    fc.assert(
      fc.property(sampledSet('a'), sampledSet('b'), (a, b) => {
        const there = one(a, b);
        const back = one(swapped(a), swapped(b));
        expect(back.average.p).toBe(there.average.p);
        expect(back.average.difference).toBeCloseTo(-there.average.difference, 12);
        expect(back.average.interval[0]).toBeCloseTo(-there.average.interval[1], 12);
        expect(back.average.detectable).toBeCloseTo(there.average.detectable, 9);
        for (const [i, row] of back.benchmarks.entries()) {
          expect(row.p).toBe(there.benchmarks[i]?.p);
          expect([row.gained, row.lost]).toEqual([there.benchmarks[i]?.lost, there.benchmarks[i]?.gained]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('never calls better or worse what its interval does not', () => {
    fc.assert(
      fc.property(sampledSet('a'), (a) => {
        const { kind } = one(a).average.verdict;
        const [low, high] = one(a).average.interval;
        expect(kind === 'better').toBe(low > 0);
        expect(kind === 'worse').toBe(high < 0);
      }),
    );
  });

  it('of one benchmark is that benchmark, to the bit', () => {
    const { average, benchmarks } = one(single('b', [10, 9, 1, 10]));
    const [{ difference, interval, p, detectable } = average] = benchmarks;
    expect(average).toMatchObject({ difference, p, detectable });
    expect(average.interval[0]).toBeCloseTo(interval[0], 12);
    expect(average.interval[1]).toBeCloseTo(interval[1], 12);
  });

  it('adjusts for everything that is compared at once', () => {
    const set = single('b', [10, 9, 1, 10]);
    const [alone] = compareScores([[set]], MARGIN);
    const [first, second] = compareScores([[set, single('c', [10, 1, 1, 10])], [set]], MARGIN);
    const p = alone?.average?.p ?? 0;
    expect(alone?.average).toMatchObject({ adjustedP: p, verdict: { kind: 'better' } });
    expect(first?.benchmarks[0]?.adjustedP).toBeCloseTo(3 * p, 12);
    expect(second?.average).toMatchObject({ adjustedP: 2 * p });
    expect(first?.benchmarks[0]?.verdict.kind).toBe('cannot-tell');
  });

  it('of no benchmark says nothing, beside others that it does compare', () => {
    const [none, some] = compareScores([[], [single('b', [0, 6, 0, 0])]], MARGIN);
    expect(none).toEqual({ average: null, benchmarks: [] });
    expect(some?.average?.verdict.kind).toBe('better');
  });
});
