import type { Measure } from '../../ports/units.ts';
import { fraction, integer, multiply, ONE, powerOfTen, type Rational } from '../../verifier/node/rational.ts';
import { PREFIXES, UNIT_ROWS, type UnitRow } from './unit-table.ts';

/** English words that a prefix and a symbol spell by accident. */
const NO_UNITS = new Set(['as', 'am', 'dad', 'mad']);

interface Rows {
  readonly bySpelling: ReadonlyMap<string, UnitRow>;
  readonly prefixedSymbols: ReadonlyMap<string, UnitRow>;
  readonly prefixedNames: ReadonlyMap<string, UnitRow>;
}

let rows: Rows | undefined;

export function namedMeasure(word: string): Measure | undefined {
  if (word.length > LONGEST_NAME || NO_UNITS.has(word)) return undefined;
  return (
    measureSpelled(word) ?? (/^[A-Z][a-z]{3,}$/.test(word) ? measureSpelled(word.toLowerCase()) : undefined)
  );
}

const LONGEST_NAME = 24;

function measureSpelled(word: string): Measure | undefined {
  rows ??= indexed();
  const row = rows.bySpelling.get(word);
  return row ? measureOf(row) : prefixedMeasure(word, rows);
}

function prefixedMeasure(word: string, { prefixedSymbols, prefixedNames }: Rows): Measure | undefined {
  for (const [symbol, name, power] of PREFIXES) {
    const row =
      restOf(word, name, prefixedNames) ??
      restOf(word, symbol, prefixedSymbols) ??
      (symbol === 'µ'
        ? (restOf(word, 'μ', prefixedSymbols) ?? restOf(word, 'u', prefixedSymbols))
        : undefined);
    if (!row) continue;
    const measure = measureOf(row);
    return { ...measure, factor: multiply(measure.factor, powerOfTen(power)) };
  }
  return undefined;
}

function restOf(word: string, prefix: string, units: ReadonlyMap<string, UnitRow>): UnitRow | undefined {
  return word.startsWith(prefix) ? units.get(word.slice(prefix.length)) : undefined;
}

function indexed(): Rows {
  const symbols = UNIT_ROWS.flatMap((row) => listed(row.symbols).map((symbol) => [symbol, row] as const));
  const names = UNIT_ROWS.flatMap((row) =>
    listed(row.names).flatMap((name) => pluralsOf(name).map((plural) => [plural, row] as const)),
  );
  const prefixed = ([, row]: readonly [string, UnitRow]) => row.prefixed === true;
  return {
    bySpelling: new Map([...symbols, ...names]),
    prefixedSymbols: new Map(symbols.filter(prefixed)),
    prefixedNames: new Map(names.filter(prefixed)),
  };
}

function pluralsOf(name: string): readonly string[] {
  if (name === 'foot') return ['foot', 'feet'];
  return name === 'inch' ? ['inch', 'inches'] : [name, `${name}s`];
}

function listed(names: string): readonly string[] {
  return names === '' ? [] : names.split(' ');
}

function measureOf(row: UnitRow): Measure {
  const [, pi, written = '1'] = /^(π?)(.*)$/.exec(row.factor) ?? [];
  return {
    factor: rationalOf(written),
    pi: pi === '' ? 0 : 1,
    dimensions: dimensionsOf(row.dimensions),
    ...(row.offset !== undefined && { offset: rationalOf(row.offset) }),
  };
}

function dimensionsOf(written: string): ReadonlyMap<string, number> {
  const found = written.split(' ').map((part) => /^(\D+?)(-?\d+)?$/.exec(part));
  return new Map(found.map((part) => [part?.[1] ?? '', Number(part?.[2] ?? 1)]));
}

/** A decimal, with or without exponent, or a fraction of two whole numbers. */
function rationalOf(written: string): Rational {
  const [numerator = '1', denominator] = written.split('/');
  if (denominator !== undefined) return fraction(BigInt(numerator), BigInt(denominator)) ?? ONE;
  const [digits = '1', exponent = '0'] = numerator.split('e');
  const [whole = '', decimals = ''] = digits.split('.');
  return multiply(integer(BigInt(whole + decimals)), powerOfTen(Number(exponent) - decimals.length));
}
