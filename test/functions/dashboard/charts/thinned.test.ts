import fc from 'fast-check';
import { expect, it } from 'vitest';
import { thinned } from '#functions/dashboard/charts/thinned.ts';

it('keeps all that fit', () => {
  expect(thinned([1, 2, 3], 3)).toEqual([1, 2, 3]);
  expect(thinned([], 3)).toEqual([]);
});

it('keeps the last and others evenly before it, no more than fit and more than half of that', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 100 }), (count, most) => {
      const kept = thinned(
        Array.from({ length: count }, (_, index) => index),
        most,
      );
      expect(kept.at(-1)).toBe(count - 1);
      expect(kept.length).toBeLessThanOrEqual(most);
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(count, most / 2));
      const steps = kept.slice(1).map((each, index) => each - (kept[index] ?? 0));
      expect(new Set(steps).size).toBeLessThanOrEqual(1);
    }),
  );
});
