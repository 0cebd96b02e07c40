import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from '#shared/comparison/holm.ts';

const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 });

describe('holm', () => {
  it('multiplies the smallest by their number, the next by one less, and never falls', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.02])).toEqual([0.02]);
    expect(holm([])).toEqual([]);
  });

  it('keeps the order of the values, and lies between them and their number times them', () => {
    fc.assert(
      fc.property(ps, (values) => {
        const adjusted = holm(values);
        const ranks = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
        for (const [i, index] of ranks.entries()) {
          const [value, result] = [values[index] as number, adjusted[index] as number];
          expect(result).toBeGreaterThanOrEqual(value);
          expect(result).toBeLessThanOrEqual(Math.min(1, values.length * value) + 1e-15);
          if (i > 0) expect(result).toBeGreaterThanOrEqual(adjusted[ranks[i - 1] as number] as number);
        }
      }),
    );
  });
});
