import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawByShares, shareError } from '#shared/sampling/draw-by-shares.ts';
import { inverseCdf } from '#shared/sampling/inverse-cdf.ts';

const logits = fc
  .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 300 })
  .map((values) => Float32Array.from(values));
const temperature = fc.double({ min: 0.05, max: 3, noNaN: true });
const u = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Softmax in fp32, every operation rounded, each result off by what an inexact exponential may be. */
function sharesOf(values: Float32Array, of: number, off: (token: number) => number): Float32Array {
  const inverse = Math.fround(1 / of);
  const scaled = values.map((value) => Math.fround(value * inverse));
  const largest = scaled.reduce((most, value) => Math.max(most, value));
  const masses = scaled.map(
    (value, token) => Math.exp(Math.fround(value - largest)) * (1 + 2e-7 * off(token)),
  );
  const total = masses.reduce((sum, mass) => Math.fround(sum + mass), 0);
  return masses.map((mass) => mass / total);
}

/** Of all, exactly where the boundary between a token and the next one lies. */
function boundary(values: Float32Array, of: number, token: number): number {
  const masses = [...values].map((value) => Math.exp((value - Math.max(...values)) / of));
  const sum = (some: readonly number[]) => some.reduce((total, mass) => total + mass, 0);
  return sum(masses.slice(0, token + 1)) / sum(masses);
}

const drawn = (values: Float32Array, of: number, at: number, off: (token: number) => number) => {
  const best = values.indexOf(values.reduce((most, value) => Math.max(most, value)));
  return drawByShares(sharesOf(values, of, off), at, shareError(values[best] as number, of));
};

describe('drawByShares', () => {
  it('answers as the exact draw does, or not at all', () => {
    fc.assert(
      fc.property(
        logits,
        temperature,
        u,
        fc.func(fc.double({ min: -1, max: 1, noNaN: true })),
        (values, of, at, off) => {
          const token = drawn(values, of, at, off);
          if (token === undefined) return;
          expect(token).toBe(inverseCdf(values, { temperature: of, topP: 1, u: at }).token);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('says nothing at a boundary and next to it, on either side', () => {
    fc.assert(
      fc.property(
        logits,
        temperature,
        fc.nat(),
        fc.constantFrom(-1e-7, 0, 1e-7),
        (values, of, pick, aside) => {
          const at = boundary(values, of, pick % values.length) + aside;
          fc.pre(at > 1e-7 && at < 1);
          expect(drawn(values, of, at, () => 0)).toBeUndefined();
        },
      ),
    );
  });

  it('answers away from boundaries', () => {
    const [values, of] = [Float32Array.of(1, 3, 2, -4), 0.6];
    for (const token of values.keys()) {
      const [from, to] = [token === 0 ? 0 : boundary(values, of, token - 1), boundary(values, of, token)];
      if (to - from > 1e-3) expect(drawn(values, of, (from + to) / 2, () => 0)).toBe(token);
    }
  });

  it('says nothing of shares that are no numbers', () => {
    expect(drawByShares(Float32Array.of(0.5, Number.NaN), 0.2, 1e-5)).toBeUndefined();
  });
});
