import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSplit, splitsOf } from '#cli/workers/split.ts';

it.each([
  [1, ['1×1']],
  [2, ['1×2', '2×1']],
  [6, ['1×6', '2×3', '4×1', '6×1']],
  [16, ['1×16', '2×8', '4×4', '8×2', '16×1']],
])('of %i cores there are %j', (cores, splits) => {
  expect(splitsOf(cores).map(({ workers, threads }) => `${workers}×${threads}`)).toEqual(splits);
});

it('no split has more threads than there are cores, or none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 512 }), (cores) => {
      for (const { workers, threads } of splitsOf(cores)) {
        expect(workers * threads).toBeLessThanOrEqual(cores);
        expect(threads).toBeGreaterThanOrEqual(1);
      }
    }),
  );
});

describe('the split that is chosen', () => {
  const speeds = (...all: number[]) =>
    splitsOf(2 ** (all.length - 1)).map((split, i) => ({ ...split, tokensPerSecond: all[i] as number }));
  const ample = { shards: 100, workerBytes: 1e9, freeBytes: 100e9 };

  it.each([
    ['is the fastest', speeds(100, 150, 200, 120), ample, 4],
    ['has fewer workers where more gain nothing', speeds(100, 104, 104, 90), ample, 1],
    ['gains something at each doubling', speeds(100, 110, 114, 120), ample, 8],
    ['has no more workers than there are shards', speeds(100, 150, 200, 300), { ...ample, shards: 3 }, 2],
    ['fits into memory', speeds(100, 150, 200, 300), { ...ample, freeBytes: 5e9 }, 4],
    ['is one worker where not even that fits', speeds(100, 150), { ...ample, freeBytes: 0.5e9 }, 1],
    ['is one worker where nothing is to be made', speeds(100, 150), { ...ample, shards: 0 }, 1],
  ])('%s', (_, measured, needs, workers) => {
    expect(chooseSplit(measured, needs).workers).toBe(workers);
    expect(chooseSplit(measured.toReversed(), needs).workers).toBe(workers);
  });
});
