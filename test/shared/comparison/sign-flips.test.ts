import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signFlipP, signFlips } from '#shared/comparison/sign-flips.ts';
import { sum } from '#shared/metrics/sum.ts';

const steps = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 12 });

/** By trying all signs. */
function enumerated(values: readonly number[]): number {
  const observed = Math.abs(sum(values));
  let far = 0;
  for (let signs = 0; signs < 2 ** values.length; signs++) {
    const flipped = sum(values.map((value, i) => ((signs >> i) & 1 ? -value : value)));
    far += Number(Math.abs(flipped) >= observed);
  }
  return far / 2 ** values.length;
}

describe('signFlipP', () => {
  it('is the share of all choices of signs that give a sum as far from 0', () => {
    fc.assert(
      fc.property(steps, (values) => void expect(signFlipP(values)).toBeCloseTo(enumerated(values), 12)),
    );
  });

  it('of single samples is McNemar’s exact p', () => {
    // 2 · P(at least 10 of 12 by a fair coin); the textbook's 0.0386.
    expect(signFlipP([...Array(10).fill(1), ...Array(2).fill(-1), ...Array(30).fill(0)])).toBeCloseTo(
      158 / 4096,
      12,
    );
    expect(signFlipP([0, 0, 0])).toBe(1);
    expect(signFlipP(Array(5).fill(1))).toBe(2 / 32);
  });

  it('is the same whichever side is called the first, and in whatever unit', () => {
    fc.assert(
      fc.property(steps, (values) => {
        expect(signFlipP(values.map((value) => -value))).toBe(signFlipP(values));
        expect(signFlipP(values.map((value) => 3 * value))).toBe(signFlipP(values));
      }),
    );
  });
});

describe('signFlips', () => {
  it('of more than can be added up has the variance and the tails of the normal distribution', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + (i % 3)));
    const { probabilities, scale } = signFlips(many);
    const last = probabilities.length - 1;
    const variance = sum(probabilities.map((share, i) => share * ((2 * i - last) * scale) ** 2));
    expect(variance / sum(many.map((step) => step ** 2))).toBeCloseTo(1, 6);
    const extra = Math.round(1.96 * Math.sqrt(variance));
    const shifted = [...many, ...Array(extra - Math.abs(sum(many))).fill(1)];
    expect(signFlipP(shifted)).toBeCloseTo(0.05, 2);
  });
});
