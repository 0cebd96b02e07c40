/**
 * The life of a completion in a training step: `Drawn` by the sampler, `Graded` by the reward, `Scored` by the models
 * as they are before the step's first update, and, with its advantage, a `Rollout`: what the update reads and the
 * journal stores. A completion has n tokens; a step has [G·K] completions, the K of a row beside each other.
 */
import type { TrainingExample } from '../data/training-example.ts';
import type { Grade } from '../rewards/grader.ts';

export interface Drawn {
  /** Which row of the step's batch it completes, from 0 to G − 1, and which of the row's K completions it is. */
  readonly row: number;
  readonly sample: number;
  readonly example: TrainingExample;
  /** The whole prompt as tokens and as text. */
  readonly prompt: Int32Array;
  readonly promptText: string;
  /** [n]; the stop token, where there is one, is the last. */
  readonly completion: Int32Array;
  /** The completion as text, its stop token left out. */
  readonly text: string;
  /** [n], as the sampler computed them. */
  readonly samplerLogprobs: Float32Array;
  /** Whether it was cut at a limit rather than ended by a stop token. */
  readonly truncated: boolean;
}

export interface Graded extends Omit<Drawn, 'example' | 'promptText'>, Grade {
  /** Id of the training example. */
  readonly example: string;
}

export interface Scored extends Graded {
  /** [n]; `null` where no term reads them: with one update a step the loss detaches the current ones. */
  readonly oldLogprobs: Float32Array | null;
  /** [n]; `null` where no term of the loss reads them. */
  readonly referenceLogprobs: Float32Array | null;
  /** [n + 1] of the critic, before each token and after the last; `null` without a critic. */
  readonly values: Float32Array | null;
}

export interface Rollout extends Omit<Scored, 'values'> {
  /** The advantage of every token; `null` where tokens differ, and the critic says how. */
  readonly advantage: number | null;
  /** `values` and `returns` [n + 1], before each token and after the last, `advantages` [n]. */
  readonly critic: {
    readonly values: Float32Array;
    readonly returns: Float32Array;
    readonly advantages: Float32Array;
  } | null;
}

/**
 * What was drawn with what it was graded. Pure.
 *
 * @param drawn - [G·K]
 * @param grades - [G·K]
 */
export function withGrades(drawn: readonly Drawn[], grades: readonly Grade[]): Graded[] {
  return drawn.map(({ example, promptText: _, ...completion }, b) => ({
    ...completion,
    ...(grades[b] as Grade), // as many as completions
    example: example.id,
  }));
}
