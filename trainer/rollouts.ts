import type { Rollout } from '#shared/messages.ts';
import { verify } from '#shared/verifier/verify.ts';
import { encodeArray } from './base64-array.ts';
import type { RunSettings } from './config.ts';

/** What the sampler made of one prompt for one of its K samples. */
export interface Sampled {
  readonly row: number;
  readonly sample: number;
  readonly example: { readonly id: string; readonly answer: string };
  readonly prompt: Int32Array;
  readonly completion: Int32Array;
  /** The completion as text, its stop token left out. */
  readonly text: string;
  readonly logprobs: Float32Array;
  readonly stopped: boolean;
}

/** A rollout before any model has scored it. */
export type GradedRollout = Omit<Rollout, 'oldLogprobs' | 'referenceLogprobs' | 'advantage' | 'critic'>;

/**
 * Verdict and reward of every completion of a step. Pure.
 *
 * @param sampled - [G·K], the K samples of a row beside each other
 */
export function toRollouts(
  sampled: readonly Sampled[],
  { reward }: Pick<RunSettings, 'reward'>,
): GradedRollout[] {
  const graded = sampled.map(({ text, example }) =>
    verify({ gold: example.answer, completion: text, mode: reward }),
  );
  const rewards = graded.map(({ verdict }) => (verdict === 'correct' ? 1 : 0));
  return sampled.map((one, b) => {
    const { verdict, reason, extracted } = graded[b] as (typeof graded)[number];
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
      reward: rewards[b] as number,
    };
  });
}
