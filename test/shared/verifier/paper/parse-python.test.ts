import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fuel } from '#shared/verifier/fuel.ts';
import { asciiDigits } from '#shared/verifier/paper/ascii-digits.ts';
import { parsePython } from '#shared/verifier/paper/parse-python.ts';
import { symbolic } from './symbolic.ts';

function isEqual(left: string, right: string): boolean {
  return symbolic.equal(left, right, 'python');
}

describe('parsePython', () => {
  it.each([
    ['2x^3', '2*x*x*x'],
    ['1/2x', 'x/2'], // a product without a sign binds as one with a sign
    ['xy', 'y*x'], // an unknown name is the product of its letters
    ['ab^2', 'a*b*b'], // of which a power takes the last
    ['x2', '2x'],
    ['x(x+1)', 'x^2+x'],
    ['-3^2', '-9'],
    ['2^-1', '1/2'],
    ['--7/2', '7/2'],
    ['0x1f/2', '31/2'],
    ['1_0/3', '10/3'],
    ['sqrt(12,)', '2sqrt(3)'],
    ['3!/4', '6/4'],
    ['ln(1)+x', 'x'],
    ['7//2+x', '3+x'],
    ['7/2)+(0', '7/2'], // the difference is read as one text
  ])('reads %s as %s', (left, right) => {
    expect(isEqual(left, right)).toBe(true);
  });

  it.each([
    '7.5.',
    '7.5,',
    '7.5;',
    '7.5!!!',
    '≈7.5',
    '=7.5',
    '7.5=7.5',
    '7.5==7.5',
    '(7.5,)',
    '[7.5]',
    '|7.5|',
    "7.5'",
    '"7.5"',
    '7.5#',
    '(7.5',
    '7.5)',
    '7.5()',
    '(7.5)or(0)',
    '1/2\n2',
    '\u22127.5',
    '\u00a07.5',
    'oo',
    '7.5e99999',
    '__proto__()',
  ])('refuses %s', (text) => {
    expect(parsePython(text, new Fuel())).toBeUndefined();
    expect(isEqual('7.5', text)).toBe(false);
  });

  it('never throws and always ends', () => {
    const hostile = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789.+-*/()!^,_ xyesqrtpi\n²٣½'), maxLength: 60 }),
      fc.constantFrom(
        '('.repeat(5000),
        '-'.repeat(5000),
        '9**9**9**9',
        '9'.repeat(3000),
        '1e4000*1e4000',
        'x!!!',
      ),
    );
    fc.assert(fc.property(hostile, hostile, (left, right) => typeof isEqual(left, right) === 'boolean'));
  });
});

describe('decimals', () => {
  it.each([
    ['0.3', '0.1+0.2', false],
    ['1.1', '1.0+0.1', true],
    ['2/3', '2.0/3', true],
    ['2/3', '2/3.0', true],
    ['23/3', '23/3.00', false], // 23 · (1/3.00) is rounded twice
    ['2/3', '0.666666666666667', false],
    ['0.500000000000000000001', '1/2', false],
    ['sqrt(3)/6', 'sqrt(3)/6.', true],
    ['12.8', 'sqrt(12.8)^2', false],
    ['1.7', 'sqrt(1.7)^2', true],
  ])('computes with them as sympy does: %s and %s: %s', (left, right, expected) => {
    expect(isEqual(left, right)).toBe(expected);
  });

  it('adds, multiplies and divides as binary floating point does', () => {
    const decimal = fc.integer({ min: 1, max: 99_999 }).map((digits) => digits / 100);
    const written = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
    fc.assert(
      fc.property(decimal, decimal, decimal, (a, b, c) => {
        const terms = `${written(a)}+${written(b)}+x`;
        expect(isEqual(terms, `${written(c)}+x`)).toBe(a + b === c);
        expect(isEqual(`${written(a)}*${written(b)}/${written(b)}+x`, `${written(a)}+x`)).toBe(
          (a * b) / b === a,
        );
      }),
    );
  });
});

describe('asciiDigits', () => {
  it('reads the digits of every script', () => {
    expect(asciiDigits('０９ ٣٤ ९ ૭ 𝟘𝟡𝟬')).toBe('09 34 9 7 090');
  });
});
