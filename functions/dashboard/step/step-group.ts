import type { RolloutGroup } from '../../results/runs/list-rollouts.ts';

/** A group of samples of one prompt. */
export interface StepGroup extends RolloutGroup {
  readonly correct: number;
  /** Every advantage is 0, so that it teaches nothing. */
  readonly dead: boolean;
  /** Whether each sample is right, in order, whatever the filters. */
  readonly right: readonly boolean[];
}
