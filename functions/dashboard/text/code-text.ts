import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { visibleText } from './visible-text.ts';

/** A text of ours, in which what stands between backticks is code. */
export function codeText(text: string): Html {
  const parts = visibleText(text).split('`');
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}
