import { expect, it } from 'vitest';
import { DivergenceSum } from '#bench/precision/divergence.ts';

it('is the mean of KL(exact ‖ rounded) over positions, whatever is added to all logits', () => {
  const sum = new DivergenceSum();
  const [p, q] = [
    [0.5, 0.25, 0.25],
    [0.25, 0.5, 0.25],
  ];
  const logits = (probabilities: number[], more: number) =>
    Float32Array.from(probabilities, (value) => Math.log(value) + more);
  sum.add(logits(p, 3), logits(q, -2));
  sum.add(logits(p, 0), logits(p, 7));
  // 0.5 ln 2 − 0.25 ln 2 at the first, 0 at the second.
  expect(sum.divergence.mean).toBeCloseTo((0.25 * Math.log(2)) / 2, 6);
  expect(sum.divergence.sameToken).toBe(0.5);
});
