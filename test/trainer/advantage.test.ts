import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAdvantages } from '#trainer/advantage.ts';

const paper = { ddof: 1, epsilon: 1e-6 } as const;

describe('groupAdvantages', () => {
  it.each([
    [1, 2.474867, -0.353552],
    [2, 1.620182, -0.540061],
    [3, 1.207612, -0.724567],
    [4, 0.935413, -0.935413],
    [5, 0.724567, -1.207612],
    [6, 0.540061, -1.620182],
    [7, 0.353552, -2.474867],
  ])('has the recorded values for %i correct of 8', (k, correct, wrong) => {
    const advantages = groupAdvantages(rewards(8, k), paper);
    expect(advantages[0]).toBeCloseTo(correct, 6);
    expect(advantages[7]).toBeCloseTo(wrong, 6);
  });

  it.each([0, 8])('is 0 for every completion when %i of 8 are correct', (k) => {
    expect(groupAdvantages(rewards(8, k), paper)).toEqual(new Array(8).fill(0));
  });

  it('sums to 0 over a group', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 16 }),
        (group) => {
          const total = groupAdvantages(group, paper).reduce((a, b) => a + b, 0);
          expect(Math.abs(total)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('gives a group of one its own reward', () => {
    expect(groupAdvantages([1], paper)[0]).toBeCloseTo(1, 5);
  });
});

function rewards(n: number, correct: number): number[] {
  return Array.from({ length: n }, (_, i) => (i < correct ? 1 : 0));
}
