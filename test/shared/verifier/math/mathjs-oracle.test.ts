import fc from 'fast-check';
import { all, type BigNumber, create, type FactoryFunctionMap } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { decimalPrecision } from '#shared/adapters/decimal/decimal-precision.ts';
import { exactUnits } from '#shared/adapters/units/exact-units.ts';
import { Fuel } from '#shared/verifier/fuel.ts';
import { Balls } from '#shared/verifier/math/ball.ts';
import { evaluate } from '#shared/verifier/math/evaluate.ts';
import { doubles } from '#shared/verifier/math/evaluate-constant.ts';
import { evaluateExactly } from '#shared/verifier/math/evaluate-exactly.ts';
import { NOWHERE } from '#shared/verifier/math/point.ts';
import { proveEqual } from '#shared/verifier/math/prove-equal.ts';
import type { Node } from '#shared/verifier/node/node.ts';
import { readAnswer } from '#shared/verifier/read/read-answer.ts';
import { unitsAlone } from '#shared/verifier/units/words.ts';

const EVERYTHING = all as FactoryFunctionMap; // optional in the types alone
const DIGITS = 64;
const math = create(EVERYTHING, { number: 'BigNumber', precision: DIGITS });
/** Doubles, which have complex numbers. */
const plain = create(EVERYTHING, {});
const precise = new Balls(decimalPrecision.reals(DIGITS));

const whole = fc.integer({ min: -9, max: 9 }).map((value) => (value < 0 ? `(${value})` : `${value}`));
const ratio = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2, max: 9 }))
  .map(([a, b]) => `(${a}/${b})`);

/** Real expressions in the notation that mathjs and our parser share. */
const real = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    whole,
    ratio,
    fc.constantFrom('pi', 'e', '4!', 'sqrt(2)', 'sqrt(7)'),
    fc
      .tuple(tie('value'), fc.constantFrom('+', '-', '*', '/'), tie('value'))
      .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    fc
      .tuple(fc.constantFrom('sin', 'cos', 'atan', 'abs', 'floor'), tie('value'))
      .map(([name, a]) => `${name}(${a})`),
    tie('value').map((a) => `sqrt(abs(${a}) + 1)`),
    tie('value').map((a) => `ln(abs(${a}) + 2)`),
    tie('value').map((a) => `exp(sin(${a}))`),
    fc.tuple(tie('value'), fc.integer({ min: 2, max: 4 })).map(([a, n]) => `(${a})^${n}`),
  ),
})).value;

function read(text: string): Node {
  const [node] = readAnswer(text, new Fuel(1_000_000), unitsAlone(exactUnits));
  if (!node) throw new Error(`unreadable: ${text}`);
  return node;
}

/** mathjs calls the natural logarithm `log`. */
function oracle(text: string): BigNumber | undefined {
  const value: unknown = math.evaluate(text.replaceAll('ln(', 'log('));
  return math.isBigNumber(value) && value.isFinite() ? value : undefined;
}

function ballOf<T>(node: Node, balls: Balls<T>) {
  const fuel = new Fuel(10_000_000);
  return evaluate(node, { balls, point: NOWHERE, fuel, price: 1, functionPrice: 1, logarithm: 'natural' });
}

describe('values of random real expressions', () => {
  it('lie in the balls of doubles and of many digits', () => {
    fc.assert(
      fc.property(real, (text) => {
        const expected = oracle(text);
        const node = read(text);
        const [rough, fine] = [ballOf(node, doubles), ballOf(node, precise)];
        if (!expected) return;
        // mathjs rounds at its last digits, and near a step or a zero divisor it may be on the other side
        const slack = expected.abs().plus(1).times(1e-50).toNumber();
        if (fine) {
          const away = expected.minus(String(fine.re)).abs().toNumber();
          expect(away).toBeLessThanOrEqual(fine.error + slack);
        }
        if (rough && fine)
          expect(Math.abs(expected.minus(rough.re).toNumber())).toBeLessThanOrEqual(rough.error + slack);
      }),
      { numRuns: 400, seed: 20261129 },
    );
  });

  it('are those of exact arithmetic, where it has one', () => {
    fc.assert(
      fc.property(real, (text) => {
        const exact = evaluateExactly(read(text), null, new Fuel(10_000_000));
        const expected = exact && oracle(text);
        if (!expected) return;
        const value = math.bignumber(`${exact.numerator}`).div(`${exact.denominator}`);
        expect(value.minus(expected).abs().toNumber()).toBeLessThan(1e-45 * (1 + Math.abs(value.toNumber())));
      }),
      { numRuns: 400, seed: 20261130 },
    );
  });

  it('are equal wherever two are proven to be', () => {
    const settings = { logarithm: 'natural', whole: false, positive: false } as const;
    fc.assert(
      fc.property(real, real, fc.constantFrom('+', '*', '-'), (a, b, sign) => {
        const [left, right] = [`(${a}) ${sign} (${b})`, `(${b}) ${sign} (${a})`];
        const [x, y] = [oracle(left), oracle(right)];
        const proof = proveEqual(read(left), read(right), { ...settings, fuel: new Fuel(10_000_000) });
        if (!x || !y) return;
        const near = x.minus(y).abs().toNumber() <= 1e-40 * (1 + x.abs().toNumber());
        if (proof === 'equal') expect(near).toBe(true);
        if (proof === 'different') expect(near).toBe(false);
      }),
      { numRuns: 300, seed: 20261201 },
    );
  });
});

describe('values of random complex expressions', () => {
  const part = fc.integer({ min: -6, max: 6 });
  const complex = fc.tuple(part, part).map(([a, b]) => `(${a} + ${b} i)`);
  const expression = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      complex,
      fc
        .tuple(tie('value'), fc.constantFrom('+', '-', '*', '/'), tie('value'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      tie('value').map((a) => `(${a})^2`),
      tie('value').map((a) => `sqrt(${a})`),
      tie('value').map((a) => `exp(${a} / 9)`),
    ),
  })).value;
  it('lie in the balls of doubles', () => {
    fc.assert(
      fc.property(expression, (text) => {
        const expected: unknown = plain.evaluate(text);
        const { re, im } = plain.complex(expected as number);
        const ball = ballOf(read(text), doubles);
        if (!ball || !Number.isFinite(re) || !Number.isFinite(im)) return;
        const away = Math.hypot(ball.re - re, (ball.im ?? 0) - im);
        expect(away).toBeLessThanOrEqual(ball.error + 1e-9 * (1 + Math.hypot(re, im)));
      }),
      { numRuns: 400, seed: 20261202 },
    );
  });
});

describe('determinants of random matrices', () => {
  const cell = fc.integer({ min: -9, max: 9 });
  const square = fc
    .integer({ min: 2, max: 4 })
    .chain((size) =>
      fc.array(fc.array(cell, { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
    );

  it('are those of mathjs', () => {
    fc.assert(
      fc.property(square, (rows) => {
        const body = rows.map((row) => row.join(' & ')).join(' \\\\ ');
        const value = evaluateExactly(
          read(`\\begin{vmatrix} ${body} \\end{vmatrix}`),
          null,
          new Fuel(1_000_000),
        );
        expect(Number(value?.numerator)).toBe(Math.round(plain.det(rows)) + 0);
      }),
      { numRuns: 200, seed: 20261203 },
    );
  });
});
