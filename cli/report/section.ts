import { raw } from 'hono/html';
import type { Html } from '#functions/dashboard/html.ts';

/** A part of a report that its table of contents names. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly markup: Html;
}

/** Sections of one of several subjects: no two elements of a document have the same id. */
export function numbered(sections: readonly Section[], suffix: string): readonly Section[] {
  if (suffix === '') return sections;
  return sections.map(({ id, title, markup }) => ({
    id: `${id}${suffix}`,
    title,
    // Texts are escaped, so that this stands nowhere but in tags.
    markup: raw(String(markup).replaceAll(/ id="([^"]*)"/g, ` id="$1${suffix}"`)),
  }));
}
