import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passAt } from '#shared/metrics/pass-at.ts';

/** By looking at every choice of k of n samples. */
function counted(k: number, right: readonly boolean[]): number {
  const choices = Array.from({ length: 2 ** right.length }, (_, bits) =>
    right.filter((_each, index) => (bits >> index) & 1),
  ).filter((chosen) => chosen.length === k);
  return choices.filter((chosen) => chosen.some(Boolean)).length / choices.length;
}

it('is the share of choices of k samples with a right one among them', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.nat(7), (right, index) => {
      const k = 1 + (index % right.length);
      const correct = right.filter(Boolean).length;
      expect(passAt(k, right.length, correct)).toBeCloseTo(counted(k, right), 12);
    }),
  );
});

it('is the mean at k of 1, and whether one is right at k of all', () => {
  expect(passAt(1, 8, 3)).toBe(0.375);
  expect([passAt(8, 8, 0), passAt(8, 8, 1)]).toEqual([0, 1]);
});

it('is that of the published formula where no product of factorials would fit', () => {
  // 1 - C(190, 100) / C(200, 100), by logarithms of factorials
  expect(passAt(100, 200, 10)).toBeCloseTo(0.999229, 6);
});
