import type { Rollout } from '#shared/messages.ts';
import { encodeArray } from './base64-array.ts';
import type { Gradable, Grade } from './rewards/grader.ts';

/** What the sampler made of one prompt for one of its K samples. */
export interface Sampled extends Gradable {
  readonly prompt: Int32Array;
  readonly completion: Int32Array;
  readonly logprobs: Float32Array;
  readonly stopped: boolean;
}

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
      prompt: encodeArray(one.prompt),
      completion: encodeArray(one.completion),
      truncated: !one.stopped,
      text: one.text,
      samplerLogprobs: encodeArray(one.logprobs),
      verdict,
      reason,
      extracted,
      reward,
    };
  });
}
