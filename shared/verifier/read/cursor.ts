import type { Fuel } from '../fuel.ts';
import type { Node } from '../node/node.ts';
import type { Words } from '../units/words.ts';
import { digitsNode } from './read-number.ts';
import type { Token } from './token.ts';
import { Unreadable } from './tokenize.ts';

const DEEPEST = 120;

/** The levels of the grammar that others call back into. */
export interface Grammar {
  /** Values with separators between them. */
  readonly list: (cursor: Cursor) => Node;
  /** A relation or less: what stands between separators. */
  readonly item: (cursor: Cursor) => Node;
  /** One side of a relation. */
  readonly side: (cursor: Cursor) => Node;
  readonly sum: (cursor: Cursor) => Node;
  /** Factors joined by signs or nothing. */
  readonly term: (cursor: Cursor) => Node;
  /** A sign, a primary, its powers. */
  readonly factor: (cursor: Cursor) => Node;
  readonly command: (cursor: Cursor) => Node;
  readonly applied: (cursor: Cursor) => Node;
}

interface Position {
  readonly at: number;
  readonly splits: number;
}

/** A place in a list of tokens. */
export class Cursor {
  #at = 0;
  #depth = 0;
  /** Open `|`: the next one closes. */
  bars = 0;
  /** Words that say something of the value before them here, so that they are no unit. */
  words: ((token: Token) => boolean) | undefined;
  /** Letters that an enclosing sum or product binds, so that `i` is no imaginary unit there. */
  readonly bound: string[] = [];
  /** `x(t)` was read as a call; it could be a product. */
  ambiguousCall = false;
  readonly grammar: Grammar;
  /** Whether `x(t)` of a letter that usually names a variable is a call. */
  readonly calls: boolean;
  /** What stands for units. */
  readonly unitWords: Words;
  readonly #tokens: Token[];
  readonly #fuel: Fuel;
  /** Tokens as they were before they were split, for `reset`. */
  readonly #splits: { readonly at: number; readonly token: Token }[] = [];

  constructor(tokens: readonly Token[], grammar: Grammar, fuel: Fuel, calls: boolean, words: Words) {
    this.#tokens = [...tokens];
    this.grammar = grammar;
    this.#fuel = fuel;
    this.calls = calls;
    this.unitWords = words;
  }

  get token(): Token {
    return this.peek(0);
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token; // the end token is always there
  }

  next(): Token {
    this.#fuel.spend(1);
    const { token } = this;
    if (this.#at < this.#tokens.length - 1) this.#at += 1;
    return token;
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'mark' && token.text === text;
  }

  skip(text: string): boolean {
    if (!this.isMark(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.skip(text)) throw new Unreadable(); // another mark expected
  }

  /** Makes a token ahead a mark that only the caller knows. */
  remark(ahead: number, text: string): void {
    const at = this.#at + ahead;
    const token = this.#tokens[at];
    if (token) this.#tokens[at] = { kind: 'mark', text, spaced: token.spaced };
  }

  /** One digit where LaTeX takes one, as in `\frac12`: the rest of the number stays. */
  takeDigit(): Node | undefined {
    const { token } = this;
    if (token.kind !== 'number' || token.text === '') return undefined;
    const rest = token.text.slice(1);
    this.#split(
      rest === '' ? undefined : { kind: 'number', text: rest, node: digitsNode(rest), spaced: false },
    );
    return digitsNode(token.text.slice(0, 1));
  }

  /** One letter of a word where LaTeX takes one, as in `e^xe^y`: the rest stays. */
  takeLetter(): string | undefined {
    const { token } = this;
    if (token.kind !== 'word') return undefined;
    const rest = token.text.slice(1);
    this.#split({ kind: rest.length > 1 ? 'word' : 'symbol', text: rest, spaced: false });
    return token.text.slice(0, 1);
  }

  /** Goes past a token, or leaves the rest of it in its place. */
  #split(rest: Token | undefined): void {
    const at = this.#at;
    const { token } = this;
    this.next();
    if (!rest) return;
    this.#splits.push({ at, token });
    this.#at = at;
    this.#tokens[at] = rest;
  }

  /** A place to come back to with `reset`. */
  get position(): Position {
    return { at: this.#at, splits: this.#splits.length };
  }

  reset({ at, splits }: Position): void {
    this.#at = at;
    while (this.#splits.length > splits) {
      const split = this.#splits.pop();
      if (split) this.#tokens[split.at] = split.token;
    }
  }

  get isAtStart(): boolean {
    return this.#at === 0;
  }

  /** Runs one level deeper. @throws {Unreadable} when nesting is deeper than any answer's */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new Unreadable(); // nested too deeply
    try {
      return parse();
    } finally {
      this.#depth -= 1;
    }
  }
}
