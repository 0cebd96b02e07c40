import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { formula } from './formula.ts';
import { visibleText } from './visible-text.ts';

/** `$…$`, `$$…$$`, `\(…\)` and `\[…\]`; a single dollar sign opens no formula before a space or digits that are a price. */
const FORMULAS =
  /\$\$([^$]{1,2000})\$\$|\\\[([\s\S]{1,2000}?)\\\]|\\\(([\s\S]{1,2000}?)\\\)|\$(?!\s)([^$\n]{1,2000}?)(?<![\s\\])\$(?!\d)/g;
/** Formulas that are drawn; each takes up to some milliseconds, and a text may hold thousands. */
const MOST_FORMULAS = 400;

/** A place of a text that is marked, and the id of the mark. */
export interface MarkedPlace {
  /** In UTF-16 code units, end exclusive; a formula that has a part in it is marked whole. */
  readonly span: readonly [start: number, end: number];
  readonly anchor: string;
}

/** A text of others with its formulas drawn: problems, and completions where the reader wants them rendered. */
export function mathText(text: string, marked?: MarkedPlace): Html {
  const shown = visibleText(text);
  const parts: (string | Html)[] = [];
  const mark = marked && new Mark(text, marked);
  const add = (part: string | Html, from: number, to: number) =>
    parts.push(...(mark?.within(part, from, to) ?? [part]));
  let end = 0;
  let drawn = 0;
  for (const match of shown.matchAll(FORMULAS)) {
    if (++drawn > MOST_FORMULAS) break;
    const [whole, dollars, bracket, parenthesis, dollar] = match;
    const display = dollars !== undefined || bracket !== undefined;
    const markup = formula(dollars ?? bracket ?? parenthesis ?? dollar ?? '', display);
    add(shown.slice(end, match.index), end, match.index);
    end = match.index + whole.length;
    add(markup ?? whole, match.index, end);
  }
  add(shown.slice(end), end, shown.length);
  return html`<bdi>${parts}</bdi>`;
}

/** Marks what lies in one place. */
class Mark {
  readonly #from: number;
  readonly #to: number;
  #anchor: string | undefined;

  constructor(text: string, { span: [start, end], anchor }: MarkedPlace) {
    this.#from = visibleText(text.slice(0, start)).length; // what is written out takes more room
    this.#to = visibleText(text.slice(0, end)).length;
    this.#anchor = anchor;
  }

  /** The part of the text from `from` to `to`, with its share of the place marked. */
  within(part: string | Html, from: number, to: number): (string | Html)[] {
    const [start, end] = [Math.max(from, this.#from), Math.min(to, this.#to)];
    if (start >= end) return [part];
    if (typeof part !== 'string') return [this.#mark(part)];
    return [
      part.slice(0, start - from),
      this.#mark(part.slice(start - from, end - from)),
      part.slice(end - from),
    ];
  }

  #mark(part: string | Html): Html {
    const id = this.#anchor;
    this.#anchor = undefined; // an id stands once
    return id === undefined ? html`<mark>${part}</mark>` : html`<mark id="${id}">${part}</mark>`;
  }
}
