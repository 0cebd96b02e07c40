/** What to say of a checkpoint that a run does not have. */
export interface LackingCheckpoint {
  readonly run: string;
  /** As it was named; `undefined`: any. */
  readonly step: string | number | undefined;
  /** Such as `evaluated checkpoint`. */
  readonly kind?: string;
  /** Steps of those there are. */
  readonly steps: readonly number[];
}

/** Two sentences: the run has no such checkpoint, and which ones it has. */
export function lackingCheckpoint({ run, step, kind = 'checkpoint', steps }: LackingCheckpoint): string {
  const which = step === undefined ? '' : ` of step ${step}`;
  const plural = kind.replace('checkpoint', 'checkpoints');
  return `The run ${run} has no ${kind}${which}. Its ${plural}: ${steps.join(', ') || 'none yet'}.`;
}
