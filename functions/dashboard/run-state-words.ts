import type { RunState } from '../results/runs/run-progress.ts';

/** How the state of a run is shown: a glyph and words, so that colour says nothing alone. */
export const runStateWords: Readonly<
  Record<RunState, { readonly glyph: string; readonly words: string; readonly bad: boolean }>
> = {
  new: { glyph: '○', words: 'Not begun', bad: false },
  training: { glyph: '◐', words: 'Training', bad: false },
  stopped: { glyph: '◑', words: 'Stopped', bad: false },
  unfinished: { glyph: '◑', words: 'Unfinished', bad: false },
  scoring: { glyph: '◐', words: 'Trained', bad: false },
  finished: { glyph: '●', words: 'Trained', bad: false },
  failed: { glyph: '✕', words: 'Failed', bad: true },
  damaged: { glyph: '✕', words: 'Damaged', bad: true },
};
