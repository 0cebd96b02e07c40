import fc from 'fast-check';
import type { WellFormed } from './well-formed.ts';

const whole = fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -2_000_000, max: 2_000_000 }));

const integer = whole.map<WellFormed>((value) => ({
  meaning: `${value}`,
  spellings: [
    `${value}`,
    `${value}.0`,
    signed(value),
    grouped(value),
    `\\frac{${3 * value}}{3}`,
    `${value}`.replace('-', '−'),
    `${value - 5}+5`,
  ],
  mutants: [
    ...(value === 0 ? [] : [`${-value}`, `${value}0`]),
    `${value + 1}`,
    `${value}.5`,
    `\\frac{${value}}{7}+1`,
    `${value}, ${value + 1}`,
    `${value} \\text{ or } ${value + 2}`,
    `x+${Math.abs(value)}`,
  ],
}));

const denominator = fc.integer({ min: 2, max: 40 });
const ratio = fc.tuple(fc.integer({ min: 1, max: 99 }), denominator, fc.boolean());

const fraction = ratio
  .filter(([top, bottom]) => top % bottom !== 0 && top !== bottom)
  .map<WellFormed>(([top, bottom, negative]) => {
    const sign = negative ? '-' : '';
    const mixed = `${sign}${Math.floor(top / bottom)}\\frac{${top % bottom}}{${bottom}}`;
    return {
      meaning: reduced(negative ? -top : top, bottom),
      spellings: [
        `${sign}\\frac{${top}}{${bottom}}`,
        `${sign}\\dfrac{${top}}{${bottom}}`,
        `${sign}${top}/${bottom}`,
        `\\frac{${sign}${top}}{${bottom}}`,
        `${sign}\\tfrac{${2 * top}}{${2 * bottom}}`,
        `${sign}${top} \\div ${bottom}`,
        ...(top > bottom ? [mixed] : []),
      ],
      mutants: [
        `${negative ? '' : '-'}\\frac{${top}}{${bottom}}`,
        `${sign}\\frac{${bottom}}{${top}}`,
        `${sign}\\frac{${top + 1}}{${bottom}}`,
        `${sign}\\frac{${top}}{${bottom + 1}}`,
        `${sign}\\frac{${top}}{${bottom}}x`,
      ],
    };
  });

const decimal = fc.integer({ min: 1, max: 99_999 }).map<WellFormed>((hundredths) => {
  const written = (hundredths / 100).toFixed(2);
  return {
    meaning: reduced(hundredths, 100),
    spellings: [written, `${written}0`, `+${written}`, `\\frac{${hundredths}}{100}`, `${hundredths}/100`],
    mutants: [
      `-${written}`,
      ((hundredths + 1) / 100).toFixed(2),
      `${hundredths}`,
      (hundredths / 10_000).toFixed(4),
      `${written}, 0`,
    ],
  };
});

/** A rational multiple of a root or of π. */
const irrational = fc
  .tuple(
    fc.integer({ min: 2, max: 12 }),
    fc.integer({ min: 2, max: 9 }),
    fc.constantFrom('\\sqrt{2}', '\\sqrt{7}', '\\pi'),
  )
  .filter(([top, bottom]) => top % bottom !== 0)
  .map<WellFormed>(([top, bottom, constant]) => ({
    meaning: `${reduced(top, bottom)}*${constant}`,
    spellings: [
      `\\frac{${top}${constant}}{${bottom}}`,
      `\\frac{${top}}{${bottom}}${constant}`,
      `${top}${constant}/${bottom}`,
      `\\frac{1}{${bottom}} \\cdot ${top} ${constant}`,
      `${top}\\left(\\frac{${constant}}{${bottom}}\\right)`,
    ],
    mutants: [
      `-\\frac{${top}${constant}}{${bottom}}`,
      `\\frac{${top}\\sqrt{5}}{${bottom}}`,
      `\\frac{${top}}{${bottom}}`,
      `\\frac{${top}}{${bottom}${constant}}`,
      `\\frac{${top + 1}${constant}}{${bottom}}`,
    ],
  }));

export const wellFormedNumber: fc.Arbitrary<WellFormed> = fc.oneof(integer, fraction, decimal, irrational);

type Term = readonly [coefficient: number, x: number, y: number];

const coefficient = fc.integer({ min: -9, max: 9 }).filter((value) => value !== 0);
const term = fc.tuple(coefficient, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 }));

/** Polynomials in x and y. */
export const wellFormedExpression: fc.Arbitrary<WellFormed> = fc
  .uniqueArray(term, { minLength: 1, maxLength: 4, selector: ([, x, y]) => `${x},${y}` })
  .filter((terms) => terms.some(([, x]) => x > 0))
  .map<WellFormed>((terms) => {
    const sum = written(terms);
    const [[lead, x, y] = [1, 1, 0] as const, ...rest] = terms;
    return {
      meaning: [...terms].sort().join('+'),
      spellings: [
        sum,
        written(terms.toReversed()),
        `\\left(${sum}\\right)`,
        `\\frac{${written(terms.map(([c, p, q]) => [2 * c, p, q]))}}{2}`,
        written(terms, '\\cdot '),
        `${sum}+x-x`,
      ],
      mutants: [
        written([[-lead, x, y], ...rest]),
        written([[lead + 10, x, y], ...rest]),
        written([[lead, x + 1, y + 3], ...rest]),
        sum.replaceAll('x', 'z'),
        `${sum}+1`,
        `${sum}, 1`,
        ...(rest.length > 0 ? [written(rest)] : []),
      ],
    };
  });

function written(terms: readonly Term[], times = ''): string {
  const parts = terms.map(([coefficient, x, y]) => {
    const factors = [power('x', x), power('y', y)].filter((factor) => factor !== '');
    const size = Math.abs(coefficient);
    const shown = size === 1 && factors.length > 0 ? factors : [`${size}`, ...factors];
    return (coefficient < 0 ? '-' : '+') + shown.join(times);
  });
  return parts.join('').replace(/^\+/, '');
}

function power(name: string, exponent: number): string {
  return exponent === 0 ? '' : exponent === 1 ? name : `${name}^${exponent === 2 ? '2' : `{${exponent}}`}`;
}

function signed(value: number): string {
  return value < 0 ? `-\\left(${-value}\\right)` : `+${value}`;
}

function grouped(value: number): string {
  return `${value}`.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function reduced(top: number, bottom: number): string {
  const divisor = greatestCommonDivisor(Math.abs(top), bottom);
  return bottom === divisor ? `${top / divisor}` : `${top / divisor}/${bottom / divisor}`;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
