import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { saturationStep } from '#shared/metrics/saturation.ts';

describe('saturationStep', () => {
  it('is the first of twenty steps in a row at 0.95 or more, counted from 1', () => {
    expect(saturationStep(Array(20).fill(0.95))).toBe(1);
    expect(saturationStep([...Array(9).fill(0.1), ...Array(20).fill(0.99)])).toBe(10);
    expect(saturationStep([...Array(19).fill(1), 0.949, ...Array(25).fill(1)])).toBe(21);
  });

  it('is none where twenty such steps never come', () => {
    expect(saturationStep([])).toBeNull();
    expect(saturationStep(Array(19).fill(1))).toBeNull();
    expect(saturationStep(Array.from({ length: 200 }, (_, i) => (i % 20 === 0 ? 0.9 : 1)))).toBeNull();
  });

  it('is what its definition says', () => {
    const runs = fc.array(fc.record({ length: fc.integer({ min: 1, max: 30 }), high: fc.boolean() }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(runs, (parts) => {
        const accuracies = parts.flatMap(({ length, high }) => Array<number>(length).fill(high ? 0.97 : 0.5));
        const steps = accuracies.map((_, i) => i + 1);
        const first = steps.find((t) => {
          const next = accuracies.slice(t - 1, t + 19);
          return next.length === 20 && next.every((accuracy) => accuracy >= 0.95);
        });
        expect(saturationStep(accuracies)).toBe(first ?? null);
      }),
    );
  });
});
