import type { VerdictKind } from '#shared/records/evaluations.ts';

/** How a verdict is shown: a glyph and words, so that colour says nothing alone. */
export const verdictWords: Readonly<
  Record<VerdictKind, { readonly glyph: string; readonly words: string; readonly right: boolean }>
> = {
  correct: { glyph: '✓', words: 'right', right: true },
  incorrect: { glyph: '✗', words: 'wrong', right: false },
  'no-answer': { glyph: '–', words: 'no answer', right: false },
  'too-hard': { glyph: '?', words: 'too hard', right: false },
};
