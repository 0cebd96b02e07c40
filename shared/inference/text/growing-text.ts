import type { Tokenizer } from '../tokenizer.ts';

/** What a decoder writes for bytes that are no character, and for one whose bytes are not all there yet. */
const REPLACEMENT = '\uFFFD';

/**
 * The text of tokens that come one at a time: what it gives out adds up to what the tokenizer makes of all of them. A
 * character comes with the token that brings its last byte.
 */
export class GrowingText {
  readonly #decode: Tokenizer['decode'];
  /** The tokens that came last: first those whose text is given out, since a token's text may depend on the one before. */
  #tokens: number[] = [];
  #told = 0;

  constructor({ decode }: Pick<Tokenizer, 'decode'>) {
    this.#decode = decode;
  }

  /** @returns the text that is certain with this token and was not before */
  add(token: number): string {
    this.#tokens.push(token);
    const text = this.#untold();
    if (text === '' || text.endsWith(REPLACEMENT)) return '';
    this.#tokens = this.#tokens.slice(this.#told);
    this.#told = this.#tokens.length;
    return text;
  }

  /** @returns what is left: characters of which bytes are lacking */
  end(): string {
    return this.#untold();
  }

  #untold(): string {
    const before = this.#decode(this.#tokens.slice(0, this.#told));
    return this.#decode(this.#tokens).slice(before.length);
  }
}
