import { fraction, integer, ONE, type Rational } from './rational.ts';

/** A place to compare two expressions at: a value for every name. The same names give the same values always. */
export interface Point {
  readonly index: number;
  /** All names of both sides, in an order of their own. */
  readonly names: readonly string[];
  /** Whether names stand for whole numbers. */
  readonly whole: boolean;
  /** Values of variables that a sum or product binds. */
  readonly bound: ReadonlyMap<string, bigint>;
}

/** Sides that agree at all of these are taken for equal. */
export const POINTS = 10;

export function pointAt(index: number, names: readonly string[], whole: boolean): Point {
  return { index, names, whole, bound: new Map() };
}

/**
 * Dyadic rationals, which doubles hold exactly: first positive ones around 1, then of both signs, below and above 1.
 * Whole numbers where names count something; they differ in size by their place, so that `n − k` is of either sign.
 */
export function pointValue({ index, names, whole, bound }: Point, name: string): Rational {
  const fixed = bound.get(name);
  if (fixed !== undefined) return integer(fixed);
  const place = Math.max(0, names.indexOf(name));
  if (whole) return integer(WHOLE[(index * 5 + place * 7) % WHOLE.length] as number); // index in range
  const numerator = NUMERATORS[(index * 3 + place * 5) % NUMERATORS.length] as number; // index in range
  const scale = SCALES[index % SCALES.length] as number; // index in range
  const negative = index >= 4 && ((index + place) % 2 === 0 || index === 5);
  return fraction(BigInt((negative ? -1 : 1) * (numerator + 2 * place)), BigInt(scale)) ?? ONE;
}

const WHOLE = [7, 3, 11, 2, 5, 8, 4, 13, 6, 9, 12, 10, 14];
const NUMERATORS = [1447, 997, 1973, 733, 1213, 2311, 571, 1709, 853, 2081, 1129];
const SCALES = [1024, 1024, 2048, 512, 1024, 1024, 4096, 256, 2048, 512];
