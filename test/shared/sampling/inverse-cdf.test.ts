import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseCdf, mostProbable } from '#shared/sampling/inverse-cdf.ts';
import { probabilityMass } from '#shared/sampling/probability-mass.ts';
import golden from '../../golden/inverse-cdf.json' with { type: 'json' };
import nonfinite from '../../golden/nonfinite-logits.json' with { type: 'json' };

const logits = fc
  .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 50 })
  .map((values) => Float32Array.from(values));
const uniforms = fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true });

describe('inverseCdf', () => {
  it('draws the tokens that were recorded for both languages', () => {
    expect(golden.length).toBeGreaterThan(100);
    for (const { logits, temperature, topP, u, token, logprob } of golden) {
      const choice = inverseCdf(Float32Array.from(logits), { temperature, topP, u });
      expect(choice.token, JSON.stringify({ temperature, topP, u, size: logits.length })).toBe(token);
      expect(choice.logprob).toBeCloseTo(logprob, 11);
    }
  });

  it('refuses logits that are not finite, as the other language does, at temperature 0 too', () => {
    expect(nonfinite).toHaveLength(10);
    for (const { logits, temperature } of nonfinite)
      for (const topP of [1, 0.9]) {
        const row = Float32Array.from(logits, Number);
        const draw = (t: number) => () => inverseCdf(row, { temperature: t, topP, u: 0.5 });
        expect(draw(temperature)).toThrow(expect.objectContaining({ code: 'logits-nonfinite' }));
        if (temperature > 0.1) expect(draw(0)).toThrow('not finite');
        if (temperature > 0.1) expect(() => mostProbable(row)).toThrow('not finite');
      }
    const largest = Float32Array.of(3.4e38, 3.4e38, -3.4e38);
    expect(inverseCdf(largest, { temperature: 1, topP: 1, u: 0.6 }).token).toBe(1);
  });

  it('never goes back to an earlier token when u rises', () => {
    fc.assert(
      fc.property(
        logits,
        uniforms,
        uniforms,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (row, a, b, topP) => {
          const low = inverseCdf(row, { temperature: 0.6, topP, u: Math.min(a, b) });
          const high = inverseCdf(row, { temperature: 0.6, topP, u: Math.max(a, b) });
          expect(low.token).toBeLessThanOrEqual(high.token);
        },
      ),
    );
  });

  it('gives each vocabulary its own masses, whichever came before', () => {
    const [short, long] = [Float32Array.of(0, 0), Float32Array.of(0, 0, 0, 0)];
    const draw = (row: Float32Array) => inverseCdf(row, { temperature: 1, topP: 1, u: 0.6 });
    for (const row of [long, short, long, short])
      expect(draw(row)).toEqual({ token: Math.floor(0.6 * row.length), logprob: -Math.log(row.length) });
    draw(long);
    // What the longer one left beyond the end weighs as much as the second token.
    expect(inverseCdf(Float32Array.of(-1, 0), { temperature: 1, topP: 0.9, u: 0.6 }).token).toBe(1);
  });

  it('takes the most probable token at temperature 0, whatever u is', () => {
    fc.assert(
      fc.property(logits, uniforms, (row, u) => {
        const { token } = inverseCdf(row, { temperature: 0, topP: 1, u });
        expect(row[token]).toBe(Math.max(...row));
        expect(row.indexOf(row[token] as number)).toBe(token);
        expect(mostProbable(row)).toBe(token);
      }),
    );
  });

  it('draws from the smallest set of most probable tokens that holds topP', () => {
    const topPs = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(logits, topPs, uniforms, (row, topP, u) => {
        const { token } = inverseCdf(row, { temperature: 1, topP, u });
        const masses = Array.from(row, (logit) => probabilityMass(logit - Math.max(...row)));
        const total = masses.reduce((a, b) => a + b);
        const before = masses.filter(
          (mass, i) => mass > (masses[token] as number) || (mass === masses[token] && i < token),
        );
        expect(before.reduce((a, b) => a + b, 0)).toBeLessThan(topP * total * (1 + 1e-12));
      }),
    );
  });
});
