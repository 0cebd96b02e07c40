import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticSlices } from '#trainer/update/critic-slices.ts';

const settings = { ranks: 2, completions: 4, microBatchTokens: 32_768 };
const batch = fc.array(
  fc.record({ prompt: fc.integer({ min: 1, max: 50 }), completion: fc.integer({ min: 1, max: 300 }) }),
  { minLength: 8, maxLength: 8 },
);

describe('criticSlices', () => {
  it('covers every completion once, in updates of the size asked for', () => {
    fc.assert(
      fc.property(batch, (lengths) => {
        const slices = criticSlices(lengths, countsOf(lengths), settings);
        expect(slices.map(({ members }) => members.length)).toEqual([4, 4]);
        expect(slices.flatMap(({ members }) => members).toSorted((a, b) => a - b)).toEqual(
          lengths.map((_, b) => b),
        );
      }),
    );
  });

  it('takes the same slice of every rank', () => {
    // Dealt by length: the ranks are {0, 3, 4, 7} and {1, 2, 5, 6}, or the like, in ascending order.
    const lengths = Array.from({ length: 8 }, (_, b) => ({ prompt: 1, completion: 10 * (b + 1) }));
    const slices = criticSlices(lengths, countsOf(lengths), settings);
    const ranks = [0, 1].map((rank) =>
      slices.flatMap(({ members }) => members.slice(2 * rank, 2 * rank + 2)),
    );
    for (const rank of ranks) expect(rank).toEqual(rank.toSorted((a, b) => a - b));
    const sums = ranks.map((rank) => rank.reduce((sum, b) => sum + (lengths[b]?.completion ?? 0), 0));
    expect(sums).toEqual([180, 180]);
  });

  it('weighs the values of an update to 1', () => {
    fc.assert(
      fc.property(batch, fc.integer({ min: 60, max: 2000 }), (lengths, microBatchTokens) => {
        const counts = countsOf(lengths);
        for (const { members, weights } of criticSlices(lengths, counts, { ...settings, microBatchTokens })) {
          const total = members.reduce(
            (sum, b, i) => sum + (counts[b] as number) * (weights[i] as number),
            0,
          );
          expect(total).toBeCloseTo(1, 9);
        }
      }),
    );
  });
});

function countsOf(lengths: readonly { readonly completion: number }[]): number[] {
  return lengths.map(({ completion }) => completion + 1);
}
