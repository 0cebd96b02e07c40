import type { Node } from '../verifier/node/node.ts';
import type { Rational } from '../verifier/node/rational.ts';

/** A unit as a multiple of base units: `factor · π^pi`, with the power of each dimension. */
export interface Measure {
  readonly factor: Rational;
  readonly pi: number;
  readonly dimensions: ReadonlyMap<string, number>;
  /** Added to a value before the factor applies: degrees Celsius and Fahrenheit. */
  readonly offset?: Rational;
}

/** What stands behind a value, if it is a unit or something counted. */
export interface Unit {
  /** `undefined` for what is counted: apples and ways cannot be converted. */
  readonly measure: Measure | undefined;
}

/** Whether a problem counts things by that word, given in lower case. */
export type KnownWord = (word: string) => boolean;

/**
 * What words and symbols behind a value mean. The lists are closed: a word on none of them is neither a unit nor left out.
 * Verdicts depend on them, so a verifier is given one set of units when it is made, and keeps it.
 */
export interface Units {
  /**
   * Reads a unit as written, in LaTeX or plain: `km/h`, `miles per hour`, `kg m^2`, `square feet`, `different ways`.
   *
   * @param known - what the problem itself counts by, besides the nouns that are known anyway; nothing by default
   * @returns `undefined` for words of which any is no unit, nothing counted and no qualifier of one
   */
  read(text: string, known?: KnownWord): Unit | undefined;
  /** What a single word or symbol such as `km`, `millimetres` or `hours` measures. */
  measureOf(name: string): Measure | undefined;
  /** Whether a bare word after a value begins a unit or names a counted thing rather than being a product of letters. */
  isWord(word: string, known: KnownWord): boolean;
  /** The unit of measure that begins a text, as right behind a box: `\boxed{5}\,\text{cm}`, `\boxed{5}$ cm`. */
  behind(text: string): string | undefined;
  /** Whether two units measure the same thing. */
  areCommensurable(a: Measure, b: Measure): boolean;
  areSame(a: Measure, b: Measure): boolean;
  /** The value in another unit that measures the same thing: exact, and a decimal stays one where only its point moves. */
  converted(value: Node, from: Measure, to: Measure): Node;
}
