import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generalizedAdvantages } from '#trainer/advantages/gae.ts';
import { whiten } from '#trainer/advantages/whiten.ts';

const paper = { gamma: 1, lambda: 1 };
const share = fc.double({ min: 0, max: 1, noNaN: true });
const numbers = fc.array(
  fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })),
  {
    minLength: 1,
    maxLength: 12,
  },
);

describe('generalizedAdvantages', () => {
  it('has the recorded values', () => {
    const long = generalizedAdvantages([0, 0, 1], [0.2, 0.5, 0.9, 0], paper);
    const short = generalizedAdvantages([0, 0], [0.4, 0.1, 0], paper);
    expectClose(long.advantages, [0.8, 0.5, 0.1, 0]);
    expectClose(long.returns, [1, 1, 1, 0]);
    expectClose(short.advantages, [-0.4, -0.1, 0]);
    expectClose(short.returns, [0, 0, 0]);
    const [a, b] = whiten([long.advantages.slice(0, -1), short.advantages.slice(0, -1)]);
    expectClose(a, [1.301304, 0.671641, -0.16791], 6);
    expectClose(b, [-1.217349, -0.587686], 6);
  });

  it('is the sum over all later errors, each discounted by its distance', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: -2, max: 2, noNaN: true }),
        share,
        share,
        (pairs, last, gamma, lambda) => {
          const rewards = pairs.map(([reward]) => reward);
          const values = [...pairs.map(([, value]) => value), last];
          const errors = values.map((value, t) => (rewards[t] ?? 0) + gamma * (values[t + 1] ?? 0) - value);
          const expected = errors.map((_, t) =>
            errors.slice(t).reduce((total, error, k) => total + (gamma * lambda) ** k * error, 0),
          );
          const { advantages, returns } = generalizedAdvantages(rewards, values, { gamma, lambda });
          expectClose(advantages, expected, 9);
          expectClose(
            returns,
            expected.map((advantage, t) => advantage + (values[t] as number)),
            9,
          );
        },
      ),
    );
  });

  it('without discount does not depend on the value after the last token', () => {
    const one = generalizedAdvantages([0, 1], [0.3, 0.6, 0], paper);
    const other = generalizedAdvantages([0, 1], [0.3, 0.6, 7], paper);
    expectClose(one.advantages.slice(0, 2), [...other.advantages.slice(0, 2)]);
    expect(other.returns[2]).toBeCloseTo(0, 12);
  });
});

describe('whiten', () => {
  it('leaves mean 0 and variance 1 over all tokens together', () => {
    const [a, b] = whiten([Float64Array.of(1, 2, 6), Float64Array.of(-3)]) as [Float64Array, Float64Array];
    const all = [...a, ...b];
    const mean = all.reduce((total, value) => total + value, 0) / 4;
    expect(mean).toBeCloseTo(0, 12);
    expect(all.reduce((total, value) => total + (value - mean) ** 2, 0) / 3).toBeCloseTo(1, 6);
  });

  it('makes equal advantages 0', () => {
    expect(whiten([Float64Array.of(2, 2)])).toEqual([Float64Array.of(0, 0)]);
  });
});

function expectClose(actual: Float64Array | undefined, expected: readonly number[], digits = 12): void {
  expect(actual?.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual?.[i]).toBeCloseTo(value, digits);
  });
}
