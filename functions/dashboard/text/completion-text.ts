import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { visibleText } from './visible-text.ts';

export interface CompletionTextOptions {
  /** What a grader took for the answer; marked where it was read. */
  readonly extracted: string | null;
  /** So many characters at its beginning were seen before, and are grey. */
  readonly seen?: number;
  /** More characters than that are left out in the middle; `undefined` shows all. */
  readonly most?: number | undefined;
}

/** A completion letter by letter, its answer marked. */
export function completionText(text: string, { extracted, seen = 0, most }: CompletionTextOptions): Html {
  const at = answerAt(text, extracted);
  const marks = at === undefined ? [] : [at, at + (extracted ?? '').length];
  const cuts =
    most === undefined || text.length <= most
      ? []
      : [Math.floor(most * 0.4), text.length - Math.ceil(most * 0.6)];
  const edges = [...new Set([0, seen, ...marks, ...cuts, text.length])].sort((a, b) => a - b);
  const parts = edges.slice(1).map((end, index) => {
    const from = edges[index] as number; // there is one before each end
    if (cuts[0] !== undefined && cuts[1] !== undefined && from >= cuts[0] && end <= cuts[1])
      return from === cuts[0] ? html`<span class="s"> … ${cuts[1] - cuts[0]} characters … </span>` : '';
    const part = visibleText(text.slice(from, end));
    if (marks[0] !== undefined && from >= marks[0] && end <= (marks[1] ?? 0))
      return html`<mark>${part}</mark>`;
    return from < seen ? html`<span class="s">${part}</span>` : part;
  });
  return html`<bdi>${parts}</bdi>`;
}

/** Where the answer stands: the last place after the last `\boxed` that holds it, else the last place at all. */
function answerAt(text: string, extracted: string | null): number | undefined {
  if (extracted === null || extracted === '') return undefined;
  const box = text.lastIndexOf('\\boxed');
  const boxed = box === -1 ? -1 : text.indexOf(extracted, box);
  const at = boxed === -1 ? text.lastIndexOf(extracted) : boxed;
  return at === -1 ? undefined : at;
}
