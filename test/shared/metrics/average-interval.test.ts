import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageInterval } from '#shared/metrics/average-interval.ts';
import { boundedMeanInterval } from '#shared/metrics/bounded-mean-interval.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';

const set = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map((values) => values.toSorted((a, b) => a - b) as [number, number, number])
  .map(([low, mean, high]) => ({ mean, interval: [low, high] as [number, number] }));

function setOf(scores: readonly number[], stream: number) {
  const mean = scores.reduce((a, b) => a + b) / scores.length;
  return { mean, interval: boundedMeanInterval(scores, stream) };
}

describe('averageInterval', () => {
  it('is the interval of the only set', () => {
    fc.assert(
      fc.property(set, (only) => {
        const [low, high] = averageInterval([only]);
        expect(low).toBeCloseTo(only.interval[0], 12);
        expect(high).toBeCloseTo(only.interval[1], 12);
      }),
    );
  });

  it('stays in [0, 1], holds the average, and does not depend on the order of sets', () => {
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 6 }), (sets) => {
        const [low, high] = averageInterval(sets);
        const average = sets.reduce((total, { mean }) => total + mean, 0) / sets.length;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(average);
        expect(high).toBeGreaterThanOrEqual(average);
        expect(high).toBeLessThanOrEqual(1);
        const [otherLow, otherHigh] = averageInterval(sets.toReversed());
        expect(otherLow).toBeCloseTo(low, 12);
        expect(otherHigh).toBeCloseTo(high, 12);
      }),
    );
  });

  it('halves with four equal sets, and has width where all of them are all wrong', () => {
    const one = { mean: 0.5, interval: [0.4, 0.7] as [number, number] };
    const [low, high] = averageInterval([one, one, one, one]);
    expect(low).toBeCloseTo(0.45, 12);
    expect(high).toBeCloseTo(0.6, 12);
    expect(
      averageInterval([1, 2, 3].map((stream) => setOf(new Array(30).fill(0), stream)))[1],
    ).toBeGreaterThan(0.02);
  });

  it('covers the true average in at least 95 of 100 cases', () => {
    const random = new RandomStream(11, 0);
    let [covered, cases] = [0, 0];
    for (const accuracies of [
      [0, 0, 0],
      [0.01, 0, 0.02],
      [0.1, 0.5, 0.3],
      [1, 0.99, 1],
    ]) {
      const truth = accuracies.reduce((a, b) => a + b) / accuracies.length;
      const hits = Array.from({ length: 40 }, (_, i) => {
        const sets = accuracies.map((accuracy, j) =>
          setOf(
            Array.from({ length: 20 }, () => Number(random.next() < accuracy)),
            10 * i + j,
          ),
        );
        const [low, high] = averageInterval(sets);
        return Number(low <= truth && truth <= high);
      }).reduce((a, b) => a + b);
      expect(hits / 40, `accuracies ${accuracies}`).toBeGreaterThan(0.8);
      covered += hits;
      cases += 40;
    }
    expect(covered / cases).toBeGreaterThan(0.95);
  });
});
