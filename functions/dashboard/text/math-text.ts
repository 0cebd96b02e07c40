import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { formula } from './formula.ts';
import { visibleText } from './visible-text.ts';

/** `$…$`, `$$…$$`, `\(…\)` and `\[…\]`; a single dollar sign opens no formula before a space or digits that are a price. */
const FORMULAS =
  /\$\$([^$]{1,2000})\$\$|\\\[([\s\S]{1,2000}?)\\\]|\\\(([\s\S]{1,2000}?)\\\)|\$(?!\s)([^$\n]{1,2000}?)(?<![\s\\])\$(?!\d)/g;

/** A text of others with its formulas drawn: problems, and completions where the reader wants them rendered. */
export function mathText(text: string): Html {
  const shown = visibleText(text);
  const parts: (string | Html)[] = [];
  let end = 0;
  for (const match of shown.matchAll(FORMULAS)) {
    const [whole, dollars, bracket, parenthesis, dollar] = match;
    const display = dollars !== undefined || bracket !== undefined;
    const markup = formula(dollars ?? bracket ?? parenthesis ?? dollar ?? '', display);
    parts.push(shown.slice(end, match.index), markup ?? whole);
    end = match.index + whole.length;
  }
  return html`<bdi>${[...parts, shown.slice(end)]}</bdi>`;
}
