import type { Rollout } from '#trainer/rollouts/rollout.ts';

/** A rollout of two tokens that says `text`. */
export function madeUpRollout(text: string): Rollout {
  return {
    row: 0,
    sample: 0,
    example: 'e',
    prompt: Int32Array.of(1),
    completion: Int32Array.of(2, 3),
    truncated: false,
    text,
    samplerLogprobs: Float32Array.of(-0.1, -0.2),
    oldLogprobs: null,
    referenceLogprobs: null,
    verdict: 'correct',
    reason: 'equal-number',
    extracted: '7',
    reward: 1,
    advantage: 0,
    critic: null,
  };
}
