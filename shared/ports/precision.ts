/**
 * Real arithmetic at one precision. Results are correctly rounded or off by a few units in the last place; functions
 * outside their domain may return anything, callers check before.
 *
 * @typeParam T - a real number of this arithmetic, immutable
 */
export interface Reals<T> {
  /** Relative error of one operation. */
  readonly epsilon: number;
  readonly pi: T;
  fromRational(numerator: bigint, denominator: bigint): T;
  /** Nearest double; ±Infinity or 0 beyond its range. */
  toNumber(value: T): number;
  add(a: T, b: T): T;
  subtract(a: T, b: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  negate(value: T): T;
  /** −1, 0 or 1 */
  sign(value: T): number;
  floor(value: T): T;
  /** Of a value ≥ 0. */
  squareRoot(value: T): T;
  exponential(value: T): T;
  /** Natural, of a value > 0. */
  logarithm(value: T): T;
  sine(value: T): T;
  cosine(value: T): T;
  arctangent(value: T): T;
}

/**
 * Arithmetic with as many digits as asked for. The verifier repeats a probe with it before it says that two values
 * which doubles cannot tell apart are equal.
 */
export interface Precision {
  /** @param digits - significant decimal digits, 20 to 240 */
  reals(digits: number): Reals<unknown>;
}
