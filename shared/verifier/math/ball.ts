import type { Reals } from '../../ports/precision.ts';

/** A complex number and how far from it the true value can be. */
export interface Ball<T> {
  readonly re: T;
  /** `null`: exactly real. */
  readonly im: T | null;
  /** Absolute bound. */
  readonly error: number;
}

/** Arithmetic on balls: every operation adds what it may have lost to the bound. `null`: undefined or out of range. */
export class Balls<T> {
  readonly reals: Reals<T>;
  readonly pi: Ball<T>;
  private readonly zero: T;

  constructor(reals: Reals<T>) {
    this.reals = reals;
    this.zero = reals.fromRational(0n, 1n);
    this.pi = { re: reals.pi, im: null, error: reals.epsilon * 4 };
  }

  rational(numerator: bigint, denominator: bigint): Ball<T> | null {
    const re = this.reals.fromRational(numerator, denominator);
    const size = Math.abs(this.reals.toNumber(re));
    const isExact = denominator === 1n && size * this.reals.epsilon < 1;
    return this.checked(re, null, isExact ? 0 : size * this.reals.epsilon);
  }

  get i(): Ball<T> {
    return { re: this.zero, im: this.reals.fromRational(1n, 1n), error: 0 };
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
    return this.rounded(re, im, a.error + b.error);
  }

  negate({ re, im, error }: Ball<T>): Ball<T> {
    return { re: this.reals.negate(re), im: im === null ? null : this.reals.negate(im), error };
  }

  multiply(a: Ball<T>, b: Ball<T>): Ball<T> | null {
    const { reals } = this;
    const error = this.size(a) * b.error + this.size(b) * a.error + a.error * b.error;
    if (a.im === null && b.im === null) return this.rounded(reals.multiply(a.re, b.re), null, error);
    const [aIm, bIm] = [a.im ?? this.zero, b.im ?? this.zero];
    const re = reals.subtract(reals.multiply(a.re, b.re), reals.multiply(aIm, bIm));
    const im = reals.add(reals.multiply(a.re, bIm), reals.multiply(aIm, b.re));
    return this.rounded(re, im, error + this.size(a) * this.size(b) * reals.epsilon);
  }

  divide(a: Ball<T>, b: Ball<T>): Ball<T> | null {
    const divisor = this.size(b) - b.error;
    if (!(divisor > 0)) return null;
    const { reals } = this;
    const error = (a.error + (this.size(a) / this.size(b)) * b.error) / divisor;
    if (a.im === null && b.im === null) return this.rounded(reals.divide(a.re, b.re), null, error);
    const bIm = b.im ?? this.zero;
    const norm = reals.add(reals.multiply(b.re, b.re), reals.multiply(bIm, bIm));
    const conjugate: Ball<T> = { re: b.re, im: reals.negate(bIm), error: 0 };
    const product = this.multiply({ ...a, error: 0 }, conjugate);
    if (!product) return null;
    const quotient = { re: reals.divide(product.re, norm), im: reals.divide(product.im ?? this.zero, norm) };
    return this.rounded(quotient.re, quotient.im, error + 4 * reals.epsilon * (this.size(a) / divisor));
  }

  exponential(value: Ball<T>): Ball<T> | null {
    const growth = this.reals.exponential(value.re);
    const size = Math.abs(this.reals.toNumber(growth));
    const error = size * Math.expm1(Math.min(value.error, 700));
    if (value.im === null) return this.rounded(growth, null, error);
    const re = this.reals.multiply(growth, this.reals.cosine(value.im));
    const im = this.reals.multiply(growth, this.reals.sine(value.im));
    return this.rounded(re, im, error + 2 * size * this.reals.epsilon);
  }

  /** Principal value. */
  logarithm(value: Ball<T>): Ball<T> | null {
    const { reals } = this;
    const smallest = this.size(value) - value.error;
    if (!(smallest > 0)) return null;
    const error = value.error / smallest;
    if (value.im === null && reals.sign(value.re) > 0)
      return this.rounded(reals.logarithm(value.re), null, error);
    const angle = this.angle(value);
    const squares = reals.add(reals.multiply(value.re, value.re), this.squareOf(value.im));
    const half = reals.divide(reals.logarithm(squares), reals.fromRational(2n, 1n));
    return this.rounded(half, angle, error + 4 * reals.epsilon);
  }

  /** Principal square root; of what may be zero a small ball around it. */
  squareRoot(value: Ball<T>): Ball<T> | null {
    const { reals } = this;
    const size = this.size(value);
    if (size <= value.error) return { re: this.zero, im: null, error: Math.sqrt(size + value.error) };
    const error = value.error / Math.sqrt(size - value.error);
    if (value.im === null) {
      if (reals.sign(value.re) > 0) return this.rounded(reals.squareRoot(value.re), null, error);
      return this.rounded(this.zero, reals.squareRoot(reals.negate(value.re)), error);
    }
    const logarithm = this.logarithm(value);
    return logarithm && this.exponential(this.halved(logarithm));
  }

  sine(value: Ball<T>): Ball<T> | null {
    if (value.im !== null) return this.circular(value, true);
    return this.rounded(this.reals.sine(value.re), null, Math.min(2, value.error));
  }

  cosine(value: Ball<T>): Ball<T> | null {
    if (value.im !== null) return this.circular(value, false);
    return this.rounded(this.reals.cosine(value.re), null, Math.min(2, value.error));
  }

  /** Of a real value. */
  arctangent(value: Ball<T>): Ball<T> | null {
    if (value.im !== null) return null;
    const least = Math.max(0, this.size(value) - value.error);
    return this.rounded(this.reals.arctangent(value.re), null, value.error / (1 + least * least));
  }

  absolute(value: Ball<T>): Ball<T> | null {
    if (value.im === null) return this.reals.sign(value.re) < 0 ? this.negate(value) : value;
    const squares = this.reals.add(this.squareOf(value.re), this.squareOf(value.im));
    return this.rounded(this.reals.squareRoot(squares), null, value.error);
  }

  /** Floor of a real value; one that may be an integer counts as that integer. */
  floor(value: Ball<T>): Ball<T> | null {
    if (value.im !== null || value.error >= 0.5) return null;
    const { reals } = this;
    const half = reals.fromRational(1n, 2n);
    const nearest = reals.floor(reals.add(value.re, half));
    const distance = Math.abs(reals.toNumber(reals.subtract(value.re, nearest)));
    return { re: distance <= value.error ? nearest : reals.floor(value.re), im: null, error: 0 };
  }

  private squareOf(value: T | null): T {
    return value === null ? this.zero : this.reals.multiply(value, value);
  }

  private halved({ re, im, error }: Ball<T>): Ball<T> {
    const two = this.reals.fromRational(2n, 1n);
    return {
      re: this.reals.divide(re, two),
      im: im === null ? null : this.reals.divide(im, two),
      error: error / 2,
    };
  }

  /** The argument of a complex number, in (−π, π]. */
  angle({ re, im }: Ball<T>): T {
    const { reals } = this;
    const imaginary = im ?? this.zero;
    const [x, y] = [reals.sign(re), reals.sign(imaginary)];
    const half = reals.divide(reals.pi, reals.fromRational(2n, 1n));
    if (x === 0) return y >= 0 ? half : reals.negate(half);
    const arctangent = reals.arctangent(reals.divide(imaginary, re));
    if (x > 0) return arctangent;
    return y < 0 ? reals.subtract(arctangent, reals.pi) : reals.add(arctangent, reals.pi);
  }

  /** Sine or cosine of a complex value through the exponential. */
  private circular(value: Ball<T>, sine: boolean): Ball<T> | null {
    const turned = this.multiply(value, this.i);
    const [up, down] = turned
      ? [this.exponential(turned), this.exponential(this.negate(turned))]
      : [null, null];
    if (!up || !down) return null;
    const both = this.add(up, sine ? this.negate(down) : down);
    const two = { re: this.reals.fromRational(2n, 1n), im: null, error: 0 };
    const divisor = sine ? this.multiply(two, this.i) : two;
    return both && divisor && this.divide(both, divisor);
  }

  private rounded(re: T, im: T | null, error: number): Ball<T> | null {
    const size = this.size({ re, im, error: 0 });
    return this.checked(re, im, error + size * this.reals.epsilon);
  }

  private checked(re: T, im: T | null, error: number): Ball<T> | null {
    return Number.isFinite(error) ? { re, im, error } : null;
  }
}
