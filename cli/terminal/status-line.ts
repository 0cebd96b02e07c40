import type { WriteStream } from 'node:tty';
import { printable } from '#shared/printable.ts';

/** One line that is rewritten in place on a terminal; elsewhere each new text is a line of its own. */
export class StatusLine {
  readonly #out: WriteStream;
  #shown = '';

  constructor(out: WriteStream) {
    this.#out = out;
  }

  /**
   * Shows what fits into the line: its end gives way.
   *
   * @param said - a text, or fields of which the last are the first to be left out; may quote others: what a terminal
   *   would obey is written out
   */
  show(said: string | readonly string[]): void {
    const text = typeof said === 'string' ? printable(said) : this.#fitting(said.map(printable));
    if (text === this.#shown) return;
    this.#shown = text;
    if (!this.#out.isTTY) this.#out.write(`${text}\n`);
    else this.#out.write(`\r\x1b[2K${text.slice(0, this.#width)}`);
  }

  get #width(): number {
    return Math.max(20, this.#out.columns - 1);
  }

  #fitting(fields: readonly string[]): string {
    const lines = fields.map((_, last) => fields.slice(0, last + 1).join(' · '));
    if (!this.#out.isTTY) return lines.at(-1) ?? '';
    return lines.findLast(({ length }) => length <= this.#width) ?? lines[0] ?? '';
  }

  /** Removes the line, so that what is printed next stands in its place. */
  clear(): void {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\r\x1b[2K');
    this.#shown = '';
  }
}
