import type { NumberNode } from '../node/node.ts';

/** A lexical unit of an answer. */
export type Token =
  | {
      readonly kind: 'number';
      readonly text: string;
      readonly node: NumberNode;
      readonly spaced: boolean;
    }
  /** A letter or a Greek command; `word`: two letters or more that are no known name. */
  | { readonly kind: 'symbol' | 'word'; readonly text: string; readonly spaced: boolean }
  | { readonly kind: 'function'; readonly text: string; readonly spaced: boolean }
  /** Operators, brackets and separators, in one spelling each. */
  | { readonly kind: 'mark'; readonly text: string; readonly spaced: boolean }
  /** A command with a syntax of its own, such as `frac`. */
  | { readonly kind: 'command'; readonly text: string; readonly spaced: boolean }
  /** `\text{…}`: words. `strong` where the typesetting says unit or name, as `\mathrm` does. */
  | { readonly kind: 'text'; readonly text: string; readonly spaced: boolean }
  | { readonly kind: 'end'; readonly text: ''; readonly spaced: boolean };

/** A token before it is known what stands before it. */
export type Unspaced = WithoutSpaced<Token>;
type WithoutSpaced<T> = T extends unknown ? Omit<T, 'spaced'> : never;

export interface Tokens {
  readonly tokens: readonly Token[];
  /** A number such as `1,234` was read as one; it could be a list. */
  readonly thousands: boolean;
}
