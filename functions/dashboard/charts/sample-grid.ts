import { html } from 'hono/html';
import type { Html } from '../html.ts';

/** Columns that a reader can tell apart. */
const MOST_COLUMNS = 128;

/** The samples of one prompt. */
export interface SampleColumn {
  readonly href: string;
  /** Of each sample. */
  readonly right: readonly boolean[];
  /** Where the squares lead to, where each has a page; without them the whole column leads to `href`. */
  readonly samples?: readonly string[];
  /** All earn the same: hatched. */
  readonly dead?: boolean;
  /** Whose samples they are, for a reader who cannot see the column. */
  readonly told: string;
}

/** Every sample as a square, a column for each prompt with the number of its right ones below. */
export function sampleGrid(label: string, columns: readonly SampleColumn[]): Html {
  return html`<nav class="grid" aria-label="${label}">${columns.slice(0, MOST_COLUMNS).map(column)}</nav>`;
}

/** What a note beside the grid says of columns that it leaves out. */
export function restOfColumns({ length }: readonly SampleColumn[]): string {
  return length > MOST_COLUMNS ? ` The first ${MOST_COLUMNS} of ${length}.` : '';
}

function column({ href, right, dead, told, samples }: SampleColumn): Html {
  const count = right.filter(Boolean).length;
  if (samples) {
    // The squares are no stops of the Tab key: a reader without a pointer goes by the list that the number leads to.
    const cells = right.map(
      (each, index) =>
        html`<a class="sq" href="${samples[index] ?? href}" tabindex="-1" aria-hidden="true" title="${told}, sample ${index}: ${each ? 'right' : 'wrong'}"><i${each ? html` class="r"` : ''}></i></a>`,
    );
    return html`<div>${cells}<a href="${href}" title="${told}">${count}<span class="vh"> of ${right.length} right, ${told}</span></a></div>`;
  }
  return html`<a href="${href}"${dead ? html` class="dead"` : ''}>${right.map((each) => (each ? html`<i class="r"></i>` : html`<i></i>`))}<span>${count}</span><span class="vh"> of ${right.length} right, ${told}</span></a>`;
}
