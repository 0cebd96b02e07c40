import { fraction, integer, ONE, type Rational } from '../node/rational.ts';

/** A place to compare two expressions at: a value for every name. The same names give the same values always. */
export interface Point {
  readonly index: number;
  /** All names of both sides, in an order of their own. */
  readonly names: readonly string[];
  /** Whether names stand for whole numbers, and then one above all that is written. */
  readonly whole: bigint | undefined;
  /** Comes from the text of both sides, so that no function can be made to vanish at the last points. */
  readonly salt: number;
  /** Values of variables that a sum or product binds. */
  readonly bound: ReadonlyMap<string, bigint>;
}

/** Points of one comparison: sides that agree at enough of these may be equal, sides that differ at one are not. */
export const POINTS = 18;

/** Where the comparison is one of constants. */
export const NOWHERE: Point = { index: 0, names: [], whole: undefined, salt: 0, bound: new Map() };

export function pointAt(index: number, names: readonly string[], salt = 0, whole?: bigint): Point {
  return { index, names, whole, salt, bound: new Map() };
}

/**
 * Dyadic rationals, which doubles hold exactly: first positive ones around 1, then of both signs and of every size.
 * Whole numbers where names count something; they differ in size by their place, so that `n − k` is of either sign,
 * and some are above every number that is written.
 */
export function pointValue({ index, names, whole, salt, bound }: Point, name: string): Rational {
  const fixed = bound.get(name);
  if (fixed !== undefined) return integer(fixed);
  const place = Math.max(0, names.indexOf(name));
  if (whole !== undefined) return integer(wholeValue(index, place, whole));
  const numerator = NUMERATORS[(index * 3 + place * 5) % NUMERATORS.length] as number; // index in range
  const scale = SCALES[index % SCALES.length] as number; // index in range
  const negative = index >= POSITIVE && ((index + place) % 2 === 0 || index % 5 === 0);
  const turned = index >= SALTED ? numerator + ((((salt >>> place) % 1000) + 1000) % 1000) : numerator;
  const size = BigInt(turned + 2 * place);
  const signed = negative ? -size : size;
  return (scale >= 0 ? fraction(signed, 2n ** BigInt(scale)) : integer(signed * 2n ** BigInt(-scale))) ?? ONE;
}

function wholeValue(index: number, place: number, above: bigint): bigint {
  const small = BigInt(WHOLE[(index * 5 + place * 7) % WHOLE.length] as number); // index in range
  return index % ABOVE === ABOVE - 1 ? above + small : small;
}

/** Whether its whole numbers are above all that is written. */
export function isAbove({ index, whole }: Point): boolean {
  return whole !== undefined && index % ABOVE === ABOVE - 1;
}

const ABOVE = 6;

/** Points with all names positive. */
const POSITIVE = 5;
/** From here on the salt moves them. */
const SALTED = 8;
const WHOLE = [7, 3, 11, 2, 5, 8, 4, 13, 6, 9, 12, 10, 14];
const NUMERATORS = [1447, 997, 1973, 733, 1213, 2311, 571, 1709, 853, 2081, 1129];
/** Of the denominators, as powers of 2: near 1 mostly, and from 10⁻⁹ to 10⁹. */
const SCALES = [10, 10, 11, 9, 6, 10, 12, 3, 8, 11, 10, 1, 9, -2, 22, 10, -20, 40];
