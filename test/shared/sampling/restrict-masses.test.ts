import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Restriction } from '#shared/ports/generator.ts';
import { inverseCdf } from '#shared/sampling/inverse-cdf.ts';
import { restrictMasses } from '#shared/sampling/restrict-masses.ts';

const MASSES = [0.25, 1, 0.5, 0.125, 0.125, 0]; // of which 2 is the sum
/** What is left of these masses. */
function left(restriction: Partial<Restriction>, masses = MASSES): number[] {
  const given = Float64Array.from(masses);
  const total = masses.reduce((a, b) => a + b);
  const sum = restrictMasses(given, total, { topP: 1, ...restriction });
  expect(sum).toBe(given.reduce((a, b) => a + b));
  return [...given];
}

const massOf = (tokens: readonly number[], masses: readonly number[]) =>
  tokens.reduce((sum, token) => sum + (masses[token] as number), 0);

describe('restrictMasses', () => {
  it('keeps the most probable tokens, and all that are as probable as the last of them', () => {
    expect(left({ topK: 1 })).toEqual([0, 1, 0, 0, 0, 0]);
    expect(left({ topK: 3 })).toEqual([0.25, 1, 0.5, 0, 0, 0]);
    expect(left({ topK: 4 })).toEqual(MASSES);
    expect(left({ topK: 99 })).toEqual(MASSES);
  });

  it('keeps tokens that are nearly as probable as the most probable one', () => {
    expect(left({ minP: 0 })).toEqual(MASSES);
    expect(left({ minP: 0.25 })).toEqual([0.25, 1, 0.5, 0, 0, 0]);
    expect(left({ minP: 0.26 })).toEqual([0, 1, 0.5, 0, 0, 0]);
    expect(left({ minP: 1 })).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('takes top-p of what min-p and top-k leave', () => {
    expect(left({ topP: 0.75 })).toEqual([0, 1, 0.5, 0, 0, 0]); // 1.5 of 2
    expect(left({ topP: 0.8 })).toEqual([0.25, 1, 0.5, 0, 0, 0]); // 1.6 of 2
    expect(left({ topP: 0.8, topK: 3 })).toEqual([0, 1, 0.5, 0, 0, 0]); // 1.4 of 1.75
    expect(left({ topP: 0.6, minP: 0.5 })).toEqual([0, 1, 0, 0, 0, 0]); // 0.9 of 1.5
  });

  it('leaves what a plain reading of the rules leaves', () => {
    const masses = fc
      .array(fc.constantFrom(0, 2 ** -20, 0.125, 0.25, 0.375, 0.5, 1), { maxLength: 60 })
      .map((others) => [...others, 1]);
    const settings = fc.record({
      topK: fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
      minP: fc.option(fc.constantFrom(0, 0.2, 0.25, 0.7, 1), { nil: undefined }),
      topP: fc.constantFrom(0.1, 0.5, 0.9, 1),
    });
    fc.assert(
      fc.property(masses, settings, (values, { topK = 1e9, minP = 0, topP }) => {
        const order = [...values.keys()].sort(
          (a, b) => (values[b] as number) - (values[a] as number) || a - b,
        );
        const last = values[order[topK - 1] ?? -1] ?? 0;
        const some = order.filter((i) => (values[i] as number) >= Math.max(last, minP));
        const wanted = topP * massOf(some, values);
        const kept = some.filter((_, i) => topP === 1 || massOf(some.slice(0, i), values) < wanted);
        expect(left({ topK, minP, topP }, values)).toEqual(
          values.map((value, i) => (kept.includes(i) ? value : 0)),
        );
      }),
    );
  });

  it('never lets a token be drawn that is left out', () => {
    const rows = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 2, maxLength: 40 });
    const uniforms = fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 40 }), uniforms, (row, topK, u) => {
        const { token } = inverseCdf(Float32Array.from(row), { temperature: 0.7, topP: 1, topK, u });
        const more = row.filter((logit) => logit > (row[token] as number) + 1e-9).length;
        expect(more).toBeLessThan(topK);
      }),
    );
  });
});
