import type { CheckpointScore, CheckpointState, RunCurves } from './run-curves.ts';

/** How each state of a checkpoint is shown: a glyph and a word, so that colour says nothing alone. */
export const stateWords: Readonly<
  Record<CheckpointState, { readonly glyph: string; readonly word: string }>
> = {
  scored: { glyph: '✓', word: 'scored' },
  waiting: { glyph: '○', word: 'waiting' },
  running: { glyph: '◐', word: 'running' },
  failed: { glyph: '✕', word: 'failed' },
  refused: { glyph: '✕', word: 'refused' },
  cancelled: { glyph: '✕', word: 'cancelled' },
  unasked: { glyph: '–', word: 'not scored' },
};

/** The checkpoint that scores are held against where it is the first. */
export function stepName(step: number): string {
  return step === 0 ? 'base' : `step ${step}`;
}

/** As part of a sentence. */
export function theStep(step: number): string {
  return step === 0 ? 'the base' : `step ${step}`;
}

/** What a chart's line of a run is called. */
export function shortName({ recipe, run }: Pick<RunCurves, 'recipe' | 'run'>): string {
  const name = recipe.length <= 16 ? recipe : run;
  return name.length <= 12 ? name : `${name.slice(0, 11)}…`;
}

/** Checkpoints with a mean. */
export function scoredOf(checkpoints: readonly CheckpointScore[]): readonly (CheckpointScore & Scored)[] {
  return checkpoints.filter((each): each is CheckpointScore & Scored => each.average?.mean != null);
}

interface Scored {
  readonly average: {
    readonly mean: number;
    readonly interval: [number, number] | null;
    readonly bounds: [number, number];
  };
}
