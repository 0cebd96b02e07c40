import type { WriteStream } from 'node:tty';
import { printable } from '#shared/printable.ts';

/** One line that is rewritten in place on a terminal; elsewhere each new text is a line of its own. */
export class StatusLine {
  readonly #out: WriteStream;
  #shown = '';

  constructor(out: WriteStream) {
    this.#out = out;
  }

  /** @param said - may quote others: what a terminal would obey is written out */
  show(said: string): void {
    const text = printable(said);
    if (text === this.#shown) return;
    this.#shown = text;
    if (!this.#out.isTTY) this.#out.write(`${text}\n`);
    else this.#out.write(`\r\x1b[2K${text.slice(0, Math.max(20, this.#out.columns - 1))}`);
  }

  /** Removes the line, so that what is printed next stands in its place. */
  clear(): void {
    if (this.#out.isTTY && this.#shown !== '') this.#out.write('\r\x1b[2K');
    this.#shown = '';
  }
}
