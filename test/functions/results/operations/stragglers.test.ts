import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stragglers } from '#functions/results/operations/stragglers.ts';

const found = (...durations: number[]) => [
  ...stragglers(durations.map((duration, shard) => [shard, duration] as const)),
];

describe('stragglers', () => {
  it('are those that took more than one and a half times the median', () => {
    expect(found(10, 10, 15, 15.1)).toEqual([3]);
    expect(found(10, 11, 12, 40)).toEqual([3]);
  });

  it('are none among two, nor among those whose time nobody has measured', () => {
    expect(found(1, 100)).toEqual([]);
    expect(found(0, 0, 0, 5)).toEqual([]);
  });

  it('are always fewer than half of the shards, in any unit of time', () => {
    const property = fc.property(
      fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (durations) => {
        expect(found(...durations).length).toBeLessThanOrEqual(durations.length / 2);
        expect(found(...durations.map((each) => 1000 * each))).toHaveLength(found(...durations).length);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });
});
