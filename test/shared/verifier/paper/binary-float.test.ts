import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRationals, multiply, type Rational, subtract } from '#shared/verifier/node/rational.ts';
import { roundToBits, squareRootToBits } from '#shared/verifier/paper/binary-float.ts';

const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true });

/** A double as the fraction that it is. */
function exactly(value: number): Rational {
  let [numerator, halvings] = [value, 0];
  for (; !Number.isInteger(numerator); halvings += 1) numerator *= 2;
  return roundToBits({ numerator: BigInt(numerator), denominator: 1n << BigInt(halvings) }, 53);
}

function isSame(a: Rational, b: Rational): boolean {
  return compareRationals(a, b) === 0;
}

describe('roundToBits', () => {
  it('rounds a quotient to the double that division gives', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1 }), (a, b) => {
        fc.pre(a !== 0);
        expect(
          isSame(roundToBits({ numerator: BigInt(a), denominator: BigInt(b) }, 53), exactly(a / b)),
        ).toBe(true);
      }),
    );
  });

  it('rounds a tie to the even neighbour', () => {
    expect(roundToBits({ numerator: 5n, denominator: 1n }, 2)).toEqual({ numerator: 4n, denominator: 1n });
    expect(roundToBits({ numerator: 7n, denominator: 1n }, 2)).toEqual({ numerator: 8n, denominator: 1n });
    expect(roundToBits({ numerator: -5n, denominator: 1n }, 2)).toEqual({ numerator: -4n, denominator: 1n });
  });
});

describe('squareRootToBits', () => {
  it('gives the root that doubles have', () => {
    fc.assert(
      fc.property(positive, (value) => {
        expect(isSame(squareRootToBits(exactly(value), 53), exactly(Math.sqrt(value)))).toBe(true);
      }),
    );
  });

  it('is as near as its bits allow', () => {
    const root = squareRootToBits({ numerator: 2n, denominator: 1n }, 200);
    const error = subtract(multiply(root, root), { numerator: 2n, denominator: 1n });
    expect(Math.abs(Number(error.numerator) / Number(error.denominator))).toBeLessThan(2 ** -198);
  });
});
