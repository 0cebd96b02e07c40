import type { Rollout } from '#shared/messages.ts';
import { decodeInts } from './base64-array.ts';

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
  const prompts = rollouts.map(({ prompt }) => decodeInts(prompt));
  const completions = rollouts.map(({ completion }) => decodeInts(completion));
  return {
    tokens: concatInts(prompts.flatMap((prompt, b) => [prompt, completions[b] as Int32Array])),
    lengths: Int32Array.from(prompts, (prompt, b) => prompt.length + (completions[b] as Int32Array).length),
    promptLengths: Int32Array.from(prompts, (prompt) => prompt.length),
  };
}

/** Repeats a value of each sequence over its n_b completion tokens. @returns [N] */
export function spread(values: readonly number[], { lengths, promptLengths }: Sequences): Float32Array {
  return Float32Array.from(values.flatMap((value, b) => new Array<number>(completionLength(b)).fill(value)));

  function completionLength(b: number): number {
    return (lengths[b] as number) - (promptLengths[b] as number);
  }
}

export function concatInts(arrays: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(arrays.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}

/** Cuts [Σ lengths] values back into pieces of the given lengths. */
export function split<T extends Int32Array | Float32Array>(values: T, lengths: Iterable<number>): T[] {
  let offset = 0;
  return Array.from(lengths, (length) => {
    offset += length;
    return values.slice(offset - length, offset) as T;
  });
}
