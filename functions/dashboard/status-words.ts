import type { EvaluationListItem } from '../results/evaluations/list-evaluations.ts';

/** How an evaluation's status is shown: a glyph and a word, so that colour says nothing alone. */
export const statusWords: Readonly<
  Record<
    EvaluationListItem['status'],
    { readonly glyph: string; readonly word: string; readonly bad: boolean }
  >
> = {
  planning: { glyph: '○', word: 'planning', bad: false },
  running: { glyph: '◐', word: 'running', bad: false },
  done: { glyph: '●', word: 'done', bad: false },
  refused: { glyph: '✕', word: 'refused', bad: true },
  cancelled: { glyph: '✕', word: 'cancelled', bad: true },
  damaged: { glyph: '✕', word: 'damaged', bad: true },
};
