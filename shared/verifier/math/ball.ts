import type { Reals } from '../../ports/precision.ts';

/** A complex number and how far from it the true value can be. */
export interface Ball<T> {
  readonly re: T;
  /** `null`: exactly real. */
  readonly im: T | null;
  /** Absolute bound. */
  readonly error: number;
  /**
   * About the least that any part of the expression contributes to the value, `Infinity` where nothing does: of a
   * product the product of both, of a function the term of fourth order. Where it is not far above the error,
   * something that is written may have left no trace in the digits.
   */
  readonly grain: number;
}

/** A function that shows its terms up to this order is told from those that only begin like it. */
const ORDER = 4;

/** Powers of e beyond it are no doubles. */
const LARGEST_EXPONENT = 690;

/** What is smaller may have lost its error bound: doubles hold neither, so that the bound is never below it. */
const TINY = 1e-300;

/**
 * Arithmetic on balls: every operation adds what it may have lost to the bound. `null`: undefined, out of range, or not
 * known, as the floor of what may lie on either side of a whole number.
 */
export class Balls<T> {
  readonly reals: Reals<T>;
  readonly pi: Ball<T>;
  readonly #zero: T;

  constructor(reals: Reals<T>) {
    this.reals = reals;
    this.#zero = reals.fromRational(0n, 1n);
    this.pi = { re: reals.pi, im: null, error: reals.epsilon * 4, grain: 1 };
  }

  /** A fraction that is written: its digits all count. */
  rational(numerator: bigint, denominator: bigint): Ball<T> | null {
    const value = this.place(numerator, denominator);
    if (!value) return null;
    const least = 1 / Number(denominator);
    return { ...value, grain: numerator === 0n ? Infinity : denominator === 1n ? 1 : least * least };
  }

  /** A fraction that nobody wrote, such as the value of a letter. */
  place(numerator: bigint, denominator: bigint): Ball<T> | null {
    const re = this.reals.fromRational(numerator, denominator);
    const size = Math.abs(this.reals.toNumber(re));
    const isExact = denominator === 1n && size * this.reals.epsilon < 1;
    const error = isExact ? 0 : Math.max(TINY, size * this.reals.epsilon);
    return this.#checked(re, null, error, size === 0 ? Infinity : size);
  }

  get i(): Ball<T> {
    return { re: this.#zero, im: this.reals.fromRational(1n, 1n), error: 0, grain: 1 };
  }

  /** The largest the modulus can be, roughly. */
  size({ re, im }: Ball<T>): number {
    const real = Math.abs(this.reals.toNumber(re));
    return im === null ? real : Math.hypot(real, this.reals.toNumber(im));
  }

  /** Whether 0 lies in the ball. */
  mayBeZero(value: Ball<T>): boolean {
    return this.size(value) <= value.error;
  }

  isReal({ im, error }: Ball<T>): boolean {
    return im === null || Math.abs(this.reals.toNumber(im)) <= error;
  }

  add(a: Ball<T>, b: Ball<T>): Ball<T> | null {
    const { reals } = this;
    const re = reals.add(a.re, b.re);
    const im = a.im === null ? b.im : b.im === null ? a.im : reals.add(a.im, b.im);
    return this.#rounded(re, im, a.error + b.error, Math.min(a.grain, b.grain));
  }

  negate({ re, im, error, grain }: Ball<T>): Ball<T> {
    return { re: this.reals.negate(re), im: im === null ? null : this.reals.negate(im), error, grain };
  }

  multiply(a: Ball<T>, b: Ball<T>): Ball<T> | null {
    const { reals } = this;
    if (this.#isZero(a)) return a;
    if (this.#isZero(b)) return b;
    const error = Math.max(TINY, this.size(a) * b.error + this.size(b) * a.error + a.error * b.error);
    const exact = a.error === 0 && b.error === 0;
    const grain = Math.min(
      this.mayBeZero(b) ? Infinity : a.grain * this.size(b),
      this.mayBeZero(a) ? Infinity : b.grain * this.size(a),
      a.grain * b.grain,
    );
    if (a.im === null && b.im === null)
      return this.#rounded(reals.multiply(a.re, b.re), null, exact ? 0 : error, grain);
    const [aIm, bIm] = [a.im ?? this.#zero, b.im ?? this.#zero];
    const re = reals.subtract(reals.multiply(a.re, b.re), reals.multiply(aIm, bIm));
    const im = reals.add(reals.multiply(a.re, bIm), reals.multiply(aIm, b.re));
    return this.#rounded(re, im, error + this.size(a) * this.size(b) * reals.epsilon, grain);
  }

  /** A power made by products, of which only the first orders need to show. */
  withPowerGrain(power: Ball<T>, base: Ball<T>, exponent: number): Ball<T> {
    const relative = Math.min(1, base.grain / this.size(base)) ** Math.min(ORDER, exponent);
    return { ...power, grain: this.size(power) * (Number.isNaN(relative) ? 0 : relative) };
  }

  divide(a: Ball<T>, b: Ball<T>): Ball<T> | null {
    const divisor = this.size(b) - b.error;
    if (!(divisor > 0)) return null;
    const { reals } = this;
    const [above, below] = [this.size(a), this.size(b)];
    const error = Math.max(TINY, (a.error + (above / below) * b.error) / divisor);
    // of an exact number as of a fraction that is written: by the square of its denominator
    const least = Math.min(1, b.grain / below) ** (b.error === 0 ? 2 : ORDER);
    const grain = Math.min(a.grain, this.mayBeZero(a) ? a.grain : above) * (least / below);
    if (a.im === null && b.im === null) return this.#rounded(reals.divide(a.re, b.re), null, error, grain);
    const bIm = b.im ?? this.#zero;
    const norm = reals.add(reals.multiply(b.re, b.re), reals.multiply(bIm, bIm));
    const conjugate: Ball<T> = { re: b.re, im: reals.negate(bIm), error: 0, grain: b.grain };
    const product = this.multiply({ ...a, error: 0 }, conjugate);
    if (!product || reals.sign(norm) === 0) return null;
    const quotient = { re: reals.divide(product.re, norm), im: reals.divide(product.im ?? this.#zero, norm) };
    return this.#rounded(quotient.re, quotient.im, error + 4 * reals.epsilon * (above / divisor), grain);
  }

  exponential(value: Ball<T>): Ball<T> | null {
    const exponent = this.reals.toNumber(value.re);
    if (exponent > LARGEST_EXPONENT || Number.isNaN(exponent)) return null;
    if (exponent < -LARGEST_EXPONENT) return { re: this.#zero, im: value.im, error: TINY * 10, grain: 0 };
    const growth = this.reals.exponential(value.re);
    const size = Math.abs(this.reals.toNumber(growth));
    const error = Math.max(value.error === 0 && size === 1 ? 0 : TINY, size * Math.expm1(value.error));
    const grain = size * Math.min(1, value.grain) ** ORDER;
    if (value.im === null) return this.#rounded(growth, null, error, grain);
    const re = this.reals.multiply(growth, this.reals.cosine(value.im));
    const im = this.reals.multiply(growth, this.reals.sine(value.im));
    return this.#rounded(re, im, error + 2 * size * this.reals.epsilon, grain);
  }

  /** Principal value; not known where the ball lies across the negative axis. */
  logarithm(value: Ball<T>): Ball<T> | null {
    const { reals } = this;
    const smallest = this.size(value) - value.error;
    if (!(smallest > 0) || this.isAcrossCut(value)) return null;
    const error = value.error / smallest;
    const grain = Math.min(1, value.grain / this.size(value)) ** ORDER;
    if (value.im === null && reals.sign(value.re) > 0)
      return this.#rounded(reals.logarithm(value.re), null, error + reals.epsilon, grain);
    const angle = this.angle(value);
    const squares = reals.add(reals.multiply(value.re, value.re), this.#squareOf(value.im));
    const half = reals.divide(reals.logarithm(squares), reals.fromRational(2n, 1n));
    return this.#rounded(half, angle, error + 4 * reals.epsilon, grain);
  }

  /** Whether its argument may be near π as well as near −π. */
  isAcrossCut({ re, im, error }: Ball<T>): boolean {
    if (im === null) return false;
    return this.reals.sign(re) < 0 && Math.abs(this.reals.toNumber(im)) <= error;
  }

  /** Principal square root; of what may be zero a small ball around it. */
  squareRoot(value: Ball<T>): Ball<T> | null {
    const { reals } = this;
    if (this.#isZero(value)) return value;
    const size = this.size(value);
    if (size <= value.error)
      return { re: this.#zero, im: this.#zero, error: Math.sqrt(size + value.error), grain: value.grain };
    const error = value.error / Math.sqrt(size - value.error);
    const grain = Math.sqrt(size) * Math.min(1, value.grain / size) ** ORDER;
    if (value.im === null) {
      if (reals.sign(value.re) > 0) return this.#rounded(reals.squareRoot(value.re), null, error, grain);
      return this.#rounded(this.#zero, reals.squareRoot(reals.negate(value.re)), error, grain);
    }
    const logarithm = this.logarithm(value);
    return logarithm && this.exponential(this.#halved(logarithm));
  }

  sine(value: Ball<T>): Ball<T> | null {
    if (value.im !== null) return this.#circular(value, true);
    const grain = Math.min(1, value.grain) ** ORDER;
    return this.#rounded(this.reals.sine(value.re), null, Math.min(2, value.error), grain);
  }

  cosine(value: Ball<T>): Ball<T> | null {
    if (value.im !== null) return this.#circular(value, false);
    const grain = Math.min(1, value.grain) ** ORDER;
    return this.#rounded(this.reals.cosine(value.re), null, Math.min(2, value.error), grain);
  }

  /** Of a real value. */
  arctangent(value: Ball<T>): Ball<T> | null {
    if (value.im !== null) return null;
    const size = this.size(value);
    const least = Math.max(0, size - value.error);
    const error = value.error / (1 + least * least);
    return this.#rounded(
      this.reals.arctangent(value.re),
      null,
      error,
      Math.min(1, value.grain / (1 + size * size)) ** ORDER,
    );
  }

  absolute(value: Ball<T>): Ball<T> | null {
    if (value.im === null) return this.reals.sign(value.re) < 0 ? this.negate(value) : value;
    const squares = this.reals.add(this.#squareOf(value.re), this.#squareOf(value.im));
    return this.#rounded(this.reals.squareRoot(squares), null, value.error, value.grain);
  }

  /** Floor of a real value; not known where a whole number lies in the ball. */
  floor(value: Ball<T>): Ball<T> | null {
    if (value.im !== null || value.error >= 0.5) return null;
    const { reals } = this;
    const nearest = reals.floor(reals.add(value.re, reals.fromRational(1n, 2n)));
    const distance = Math.abs(reals.toNumber(reals.subtract(value.re, nearest)));
    if (value.error > 0 && distance <= value.error) return null;
    const re = reals.floor(value.re);
    return { re, im: null, error: 0, grain: Math.min(1, value.grain) };
  }

  #isZero({ re, im, error }: Ball<T>): boolean {
    return error === 0 && this.reals.sign(re) === 0 && (im === null || this.reals.sign(im) === 0);
  }

  #squareOf(value: T | null): T {
    return value === null ? this.#zero : this.reals.multiply(value, value);
  }

  #halved({ re, im, error, grain }: Ball<T>): Ball<T> {
    const two = this.reals.fromRational(2n, 1n);
    return {
      re: this.reals.divide(re, two),
      im: im === null ? null : this.reals.divide(im, two),
      error: error / 2,
      grain: grain / 2,
    };
  }

  /** The argument of a complex number, in (−π, π]. */
  angle({ re, im }: Ball<T>): T {
    const { reals } = this;
    const imaginary = im ?? this.#zero;
    const [x, y] = [reals.sign(re), reals.sign(imaginary)];
    const half = reals.divide(reals.pi, reals.fromRational(2n, 1n));
    if (x === 0) return y >= 0 ? half : reals.negate(half);
    const arctangent = reals.arctangent(reals.divide(imaginary, re));
    if (x > 0) return arctangent;
    return y < 0 ? reals.subtract(arctangent, reals.pi) : reals.add(arctangent, reals.pi);
  }

  /** Sine or cosine of a complex value through the exponential. */
  #circular(value: Ball<T>, sine: boolean): Ball<T> | null {
    const turned = this.multiply(value, this.i);
    const [up, down] = turned
      ? [this.exponential(turned), this.exponential(this.negate(turned))]
      : [null, null];
    if (!up || !down) return null;
    const both = this.add(up, sine ? this.negate(down) : down);
    const two = { re: this.reals.fromRational(2n, 1n), im: null, error: 0, grain: Infinity };
    const divisor = sine ? this.multiply(two, this.i) : two;
    return both && divisor && this.divide(both, divisor);
  }

  #rounded(re: T, im: T | null, error: number, grain: number): Ball<T> | null {
    const size = this.size({ re, im, error: 0, grain });
    const bound = error + size * this.reals.epsilon;
    const lost = bound < TINY && (error > 0 || size > 0 || this.reals.sign(re) !== 0);
    return this.#checked(re, im, lost ? TINY : bound, grain);
  }

  #checked(re: T, im: T | null, error: number, grain: number): Ball<T> | null {
    return Number.isFinite(error) && !Number.isNaN(grain) ? { re, im, error, grain } : null;
  }
}
