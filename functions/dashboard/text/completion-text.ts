import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { visibleText } from './visible-text.ts';

export interface CompletionTextOptions {
  /** What a grader took for the answer; marked where it was read. */
  readonly extracted: string | null;
  /** Where it was read, in UTF-16 code units, end exclusive; without it, where it most likely stands. */
  readonly span?: readonly [start: number, end: number] | undefined;
  /** Id of the mark, so that links lead to it. */
  readonly anchor?: string | undefined;
  /** So many characters at its beginning were seen before, and are grey. */
  readonly seen?: number;
  /** More characters than that are left out in the middle; `undefined` shows all. */
  readonly most?: number | undefined;
}

/** A completion letter by letter, its answer marked. */
export function completionText(text: string, options: CompletionTextOptions): Html {
  const { seen = 0, anchor } = options;
  const marks = options.span ?? answerIn(text, options.extracted) ?? [];
  const cuts = middleOf(text, options.most) ?? [];
  const edges = [...new Set([0, seen, ...marks, ...cuts, text.length])].sort((a, b) => a - b);
  const parts = edges.slice(1).map((end, index) => {
    const from = edges[index] as number; // there is one before each end
    if (cuts[0] !== undefined && cuts[1] !== undefined && from >= cuts[0] && end <= cuts[1])
      return from === cuts[0] ? leftOut(cuts[1] - cuts[0]) : '';
    const part = visibleText(text.slice(from, end));
    if (marks[0] !== undefined && from >= marks[0] && end <= (marks[1] ?? 0))
      return anchor !== undefined && from === marks[0]
        ? html`<mark id="${anchor}">${part}</mark>`
        : html`<mark>${part}</mark>`;
    return from < seen ? html`<span class="s">${part}</span>` : part;
  });
  return html`<bdi>${parts}</bdi>`;
}

/** What is left out of a text that is longer than `most`; its end, where answers stand, keeps more than its beginning. */
export function middleOf(
  text: string,
  most: number | undefined,
): readonly [start: number, end: number] | undefined {
  if (most === undefined || text.length <= most) return undefined;
  return [Math.floor(most * 0.4), text.length - Math.ceil(most * 0.6)];
}

/** Says what was left out. */
export function leftOut(characters: number): Html {
  return html`<span class="s"> … ${characters} characters … </span>`;
}

/** Where the answer most likely stands: the last place after the last `\boxed` that holds it, else the last place at all. */
export function answerIn(
  text: string,
  extracted: string | null,
): readonly [start: number, end: number] | undefined {
  if (extracted === null || extracted === '') return undefined;
  const box = text.lastIndexOf('\\boxed');
  const boxed = box === -1 ? -1 : text.indexOf(extracted, box);
  const at = boxed === -1 ? text.lastIndexOf(extracted) : boxed;
  return at === -1 ? undefined : [at, at + extracted.length];
}
