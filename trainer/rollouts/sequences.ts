import { concat } from '../engine-client/ragged-arrays.ts';
import type { Rollout } from './rollout.ts';

/** A batch as the engine takes it: all sequences one after another. */
export interface Sequences {
  /** [Σ lengths] prompt and completion of each sequence. */
  readonly tokens: Int32Array;
  /** [B] */
  readonly lengths: Int32Array;
  /** [B] */
  readonly promptLengths: Int32Array;
}

/** The sequences of rollouts, in their order. */
export function sequencesOf(rollouts: readonly Pick<Rollout, 'prompt' | 'completion'>[]): Sequences {
  return {
    tokens: concat(
      Int32Array,
      rollouts.flatMap(({ prompt, completion }) => [prompt, completion]),
    ),
    lengths: Int32Array.from(rollouts, ({ prompt, completion }) => prompt.length + completion.length),
    promptLengths: Int32Array.from(rollouts, ({ prompt }) => prompt.length),
  };
}

/** Tokens of each completion. @returns [B] */
export function completionLengths({ lengths, promptLengths }: Sequences): number[] {
  return Array.from(lengths, (length, b) => length - (promptLengths[b] as number));
}

/** Prompt and completion tokens of each sequence. @returns [B] */
export function sequenceLengths(
  sequences: Sequences,
): { readonly prompt: number; readonly completion: number }[] {
  return completionLengths(sequences).map((completion, b) => ({
    prompt: sequences.promptLengths[b] as number,
    completion,
  }));
}
