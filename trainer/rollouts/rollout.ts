import type { RolloutRecord } from '#shared/records/runs.ts';
import type { Gradable, Grade } from '../rewards/grader.ts';

/** What the sampler made of one prompt for one of its K samples. */
export interface Sampled extends Gradable {
  readonly prompt: Int32Array;
  readonly completion: Int32Array;
  readonly logprobs: Float32Array;
  readonly stopped: boolean;
}

/** What of a rollout is an array. */
interface Streams {
  readonly prompt: Int32Array;
  /** [n] */
  readonly completion: Int32Array;
  /** [n], as the sampler computed them. */
  readonly samplerLogprobs: Float32Array;
  /** [n]; `null` where no term reads them: with one update a step the loss detaches the current ones. */
  readonly oldLogprobs: Float32Array | null;
  /** [n]; `null` where no term of the loss reads them. */
  readonly referenceLogprobs: Float32Array | null;
  /** `values` and `returns` [n + 1], before each token and after the last, `advantages` [n]. */
  readonly critic: {
    readonly values: Float32Array;
    readonly returns: Float32Array;
    readonly advantages: Float32Array;
  } | null;
}

/** One completion of a training step of n tokens, with all that its update reads; a journal holds it as a record. */
export type Rollout = Streams & Readonly<Omit<RolloutRecord, keyof Streams>>;

/** A rollout before any model has scored it. */
export type GradedRollout = Omit<Rollout, 'oldLogprobs' | 'referenceLogprobs' | 'advantage' | 'critic'>;

/**
 * What was sampled and how it was graded, as rollouts. Pure.
 *
 * @param sampled - [G·K], the K samples of a row beside each other
 * @param grades - [G·K]
 */
export function toRollouts(sampled: readonly Sampled[], grades: readonly Grade[]): GradedRollout[] {
  return sampled.map((one, b) => {
    const { verdict, reason, extracted, reward } = grades[b] as Grade;
    return {
      row: one.row,
      sample: one.sample,
      example: one.example.id,
      prompt: one.prompt,
      completion: one.completion,
      truncated: !one.stopped,
      text: one.text,
      samplerLogprobs: one.logprobs,
      verdict,
      reason,
      extracted,
      reward,
    };
  });
}
