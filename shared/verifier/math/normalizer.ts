import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import { divide, integer, ONE, type Rational, toNumber } from '../node/rational.ts';
import { type Fraction, type Kernel, Kernels, type Seen } from './kernels.ts';
import {
  constant,
  constantOf,
  contentOf,
  generator,
  monomial,
  negated,
  type Polynomial,
  polynomialText,
  powerOf,
  productOf,
  scaled,
  sumOf,
  UNIT,
} from './polynomial.ts';

/** Thrown for what has no normal form; caught where a proof is tried. */
export class NoNormalForm extends Error {
  override name = 'NoNormalForm';
}

export interface Settings {
  readonly fuel: Fuel;
  /** What a bare `log` means. */
  readonly logarithm: 'natural' | 'decimal';
  /** Names stand for whole numbers. */
  readonly whole: boolean;
  /** Names stand for positive numbers. */
  readonly positive: boolean;
}

/** Arithmetic of normal forms: quotients of polynomials in kernels, all in one table. */
export class Normalizer {
  readonly kernels: Kernels;
  readonly settings: Settings;
  readonly fuel: Fuel;
  readonly #build: (node: Node, normalizer: Normalizer) => Fraction;

  constructor(settings: Settings, seen: Seen, of: (node: Node, normalizer: Normalizer) => Fraction) {
    this.#build = of;
    this.kernels = new Kernels(seen);
    this.settings = settings;
    this.fuel = settings.fuel;
  }

  /**
   * @throws {NoNormalForm}
   * @throws {OutOfFuel}
   */
  of(node: Node): Fraction {
    this.fuel.spend(4);
    return this.#build(node, this);
  }

  name(text: string): Fraction {
    return this.kernel(`name ${text}`, { kind: 'name', positive: this.settings.positive });
  }

  get pi(): Fraction {
    return this.kernel('#pi', { kind: 'constant', positive: true });
  }

  get imaginaryUnit(): Kernel {
    const minusOne = number(integer(-1));
    return this.kernels.of('#i', {
      kind: 'constant',
      positive: false,
      relation: { degree: 2, value: minusOne },
    });
  }

  kernel(text: string, about: Omit<Kernel, 'index' | 'text'>): Fraction {
    return fromPolynomial(generator(this.kernels.of(text, about).index));
  }

  add(a: Fraction, b: Fraction): Fraction {
    if (polynomialText(a.bottom) === polynomialText(b.bottom))
      return { top: sumOf(a.top, b.top, this.fuel), bottom: a.bottom };
    const left = productOf(a.top, b.bottom, this.fuel);
    const right = productOf(b.top, a.bottom, this.fuel);
    return { top: sumOf(left, right, this.fuel), bottom: productOf(a.bottom, b.bottom, this.fuel) };
  }

  negate(a: Fraction): Fraction {
    return { ...a, top: negated(a.top) };
  }

  multiply(a: Fraction, b: Fraction): Fraction {
    return this.shortened({
      top: productOf(a.top, b.top, this.fuel),
      bottom: productOf(a.bottom, b.bottom, this.fuel),
    });
  }

  divide(a: Fraction, b: Fraction): Fraction {
    if (this.kernels.isZero(b.top, this.fuel)) throw new NoNormalForm();
    return this.multiply(a, { top: b.bottom, bottom: b.top });
  }

  raise(base: Fraction, exponent: number): Fraction {
    if (exponent < 0) return this.raise(this.divide(number(ONE), base), -exponent);
    return { top: powerOf(base.top, exponent, this.fuel), bottom: powerOf(base.bottom, exponent, this.fuel) };
  }

  /** Common factors that are monomials cancel, and the bottom's leading coefficient is 1. */
  shortened({ top, bottom }: Fraction): Fraction {
    if (bottom.size === 1 && bottom.get('')) {
      const value = divide(ONE, constantOf(bottom) ?? ONE) ?? ONE;
      return { top: scaled(top, value), bottom: UNIT };
    }
    const below = contentOf(bottom);
    const inverse = divide(ONE, below.coefficient) ?? ONE;
    const above = contentOf(top);
    if (below.powers.length === 0 || above.powers.length === 0 || top.size === 0)
      return { top: scaled(top, inverse), bottom: scaled(bottom, inverse) };
    const shared = new Map(above.powers);
    const common = below.powers
      .map(([index, exponent]) => [index, Math.min(exponent, shared.get(index) ?? 0)] as const)
      .filter(([, exponent]) => exponent > 0);
    const down = common.map(([index, exponent]) => [index, -exponent] as const);
    return {
      top: productOf(top, monomial(inverse, down), this.fuel),
      bottom: productOf(bottom, monomial(inverse, down), this.fuel),
    };
  }

  /** In the lowest powers of its kernels. */
  simplified({ top, bottom }: Fraction): Fraction {
    const left = this.kernels.simplified(top, this.fuel);
    return this.shortened({ top: left, bottom: this.kernels.simplified(bottom, this.fuel) });
  }

  textOf(value: Fraction): string {
    const { top, bottom } = this.simplified(value);
    return bottom.size === 1 && constantOf(bottom)
      ? polynomialText(top)
      : `${polynomialText(top)}|${polynomialText(bottom)}`;
  }

  /** The value of what has no kernels. */
  valueOf(value: Fraction): Rational | undefined {
    const { top, bottom } = this.simplified(value);
    const [above, below] = [constantOf(top), constantOf(bottom)];
    return above && below && divide(above, below);
  }
}

export function number(value: Rational): Fraction {
  return { top: constant(value), bottom: UNIT };
}

export function fromPolynomial(top: Polynomial): Fraction {
  return { top, bottom: UNIT };
}

export function smallInteger(value: Rational): number {
  const size = toNumber(value);
  if (Math.abs(size) > 1_000_000) throw new NoNormalForm();
  return size;
}

/** Whether the imaginary unit occurs. */
export function isComplex({ top, bottom }: Fraction, normalizer: Normalizer): boolean {
  const { index } = normalizer.imaginaryUnit;
  return [top, bottom].some((each) =>
    [...each.values()].some(({ powers }) => powers.some(([generatorIndex]) => generatorIndex === index)),
  );
}
