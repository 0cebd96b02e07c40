import type { Method } from '../verification.ts';

/** The answer that a completion commits itself to, or why there is none. */
export type Extraction =
  | {
      readonly kind: 'found';
      readonly method: Exclude<Method, 'none'>;
      /** The answer as written; several boxes are joined by commas. */
      readonly text: string;
      readonly span: readonly [start: number, end: number];
      /** What stands right behind the box, where its unit may be. */
      readonly after?: string;
    }
  | { readonly kind: 'none'; readonly reason: 'no-box' | 'empty-box' | 'unclosed-box' | 'no-answer' };

/** A part of the text that holds an answer. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** The span of a region without white space around it. */
export function trimmed(text: string, start: number, end: number): readonly [start: number, end: number] {
  let [from, to] = [start, end];
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return [from, to];
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 160;
}
