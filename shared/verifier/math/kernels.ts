import type { Fuel } from '../fuel.ts';
import {
  exponentOf,
  generator,
  generatorsOf,
  monomial,
  NOTHING,
  type Polynomial,
  powerOf,
  productOf,
  sumOf,
} from './polynomial.ts';

/** A quotient of polynomials. Nothing is cancelled but what is easily seen. */
export interface Fraction {
  readonly top: Polynomial;
  readonly bottom: Polynomial;
}

/** `name`: stands for any number, and nothing relates it to the others. */
export type KernelKind =
  | 'name'
  | 'constant'
  | 'root'
  | 'exponential'
  | 'logarithm'
  | 'circular'
  | 'arcsine'
  | 'arctangent'
  | 'other';

/** Something that a normal form takes for a variable: a letter, or a function of a normal form. */
export interface Kernel {
  readonly index: number;
  readonly text: string;
  readonly kind: KernelKind;
  /** Known to be more than 0. */
  readonly positive: boolean;
  /** Its power `degree` is `value`, in which only earlier kernels occur. */
  readonly relation?: { readonly degree: number; readonly value: Fraction };
  /** Of an exponential, a logarithm and an angle, what it is of; of a root what stands under it. */
  readonly argument?: Fraction;
}

/** What only a first look at both sides tells; the second look builds with it. */
export class Seen {
  /** It grew since the last look: what was built does not fit. */
  grown = false;
  readonly #units = new Map<string, number>();
  readonly #splits = new Set<string>();

  /**
   * The denominator that all exponents of one base share: `√x` and `∛x` are powers of `x^(1/6)`, which is known only
   * when both were seen.
   */
  unit(text: string, denominator: number): number {
    const known = this.#units.get(text) ?? 1;
    if (known % denominator === 0) return known;
    const unit = (known * denominator) / divisor(known, denominator);
    this.#units.set(text, unit);
    this.grown = true;
    return unit;
  }

  /** A logarithm that came from that of a product or a power, which holds only where it is defined. */
  addSplit(text: string): void {
    this.grown ||= !this.#splits.has(text);
    this.#splits.add(text);
  }

  isSplit(text: string): boolean {
    return this.#splits.has(text);
  }
}

/** The kernels of one comparison, each numbered once, by a text of its own. */
export class Kernels {
  readonly #byText = new Map<string, Kernel>();
  readonly #all: Kernel[] = [];
  readonly seen: Seen;

  constructor(seen: Seen) {
    this.seen = seen;
  }

  of(text: string, about: Omit<Kernel, 'index' | 'text'>): Kernel {
    const known = this.#byText.get(text);
    if (known) return known;
    const kernel = { index: this.#all.length, text, ...about };
    this.#byText.set(text, kernel);
    this.#all.push(kernel);
    return kernel;
  }

  at(index: number): Kernel {
    return this.#all[index] as Kernel; // indices come from `of`
  }

  /** Whether a polynomial is 0 for all values of its kernels, as far as the relations between them tell. */
  isZero(polynomial: Polynomial, fuel: Fuel): boolean {
    return this.reduced(polynomial, fuel).size === 0;
  }

  /** The same up to a factor that is not 0: powers of kernels as low as their relations allow, the last kernels first. */
  reduced(polynomial: Polynomial, fuel: Fuel): Polynomial {
    let left = polynomial;
    for (let index = this.#all.length - 1; index >= 0 && left.size > 0; index -= 1) {
      const relation = this.#all[index]?.relation;
      if (relation && generatorsOf(left).has(index)) left = substituted(left, index, relation, fuel);
    }
    return left;
  }

  /** Without a denominator: only by relations that have none, so that the value stays the same. */
  simplified(polynomial: Polynomial, fuel: Fuel): Polynomial {
    let left = polynomial;
    for (let index = this.#all.length - 1; index >= 0 && left.size > 0; index -= 1) {
      const relation = this.#all[index]?.relation;
      if (relation && isUnit(relation.value.bottom) && generatorsOf(left).has(index))
        left = substituted(left, index, relation, fuel);
    }
    return left;
  }
}

function isUnit(polynomial: Polynomial): boolean {
  const only = polynomial.get('');
  return polynomial.size === 1 && only?.coefficient.numerator === 1n && only.coefficient.denominator === 1n;
}

/** `t^(n·k + r)` is `(top/bottom)^k · t^r`; all terms are multiplied by the highest power of the bottom. */
function substituted(
  polynomial: Polynomial,
  index: number,
  { degree, value }: NonNullable<Kernel['relation']>,
  fuel: Fuel,
): Polynomial {
  const terms = [...polynomial.values()];
  const most = Math.max(...terms.map((term) => Math.floor(exponentOf(term, index) / degree)));
  if (most === 0) return polynomial;
  let sum: Polynomial = NOTHING;
  for (const term of terms) {
    const exponent = exponentOf(term, index);
    const times = Math.floor(exponent / degree);
    const others = monomial(
      term.coefficient,
      term.powers.filter(([each]) => each !== index),
    );
    const left = powerOf(generator(index), exponent - times * degree, fuel);
    const replaced = productOf(
      powerOf(value.top, times, fuel),
      powerOf(value.bottom, most - times, fuel),
      fuel,
    );
    sum = sumOf(sum, productOf(productOf(others, left, fuel), replaced, fuel), fuel);
  }
  return sum;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
