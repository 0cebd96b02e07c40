/**
 * Texts of models, problems and users on a page, the one way in: `plainText` for what is shown letter by letter, `mathText`
 * for what may hold formulas, `visibleLine` for names and attributes. Whatever they say stays text: it opens no tag, leads
 * nowhere, and changes neither the direction nor the look of what stands around it.
 */
import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { visibleText } from './visible-text.ts';

/** A text of others, letter by letter; isolated, so that its direction is its own. */
export function plainText(text: string): Html {
  return html`<bdi>${visibleText(text)}</bdi>`;
}
