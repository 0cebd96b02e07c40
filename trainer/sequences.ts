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
    tokens: concat(
      Int32Array,
      prompts.flatMap((prompt, b) => [prompt, completions[b] as Int32Array]),
    ),
    lengths: Int32Array.from(prompts, (prompt, b) => prompt.length + (completions[b] as Int32Array).length),
    promptLengths: Int32Array.from(prompts, (prompt) => prompt.length),
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

/** Repeats the value of each sequence as often as its count says. @returns [Σ counts] */
export function spread(values: readonly number[], counts: readonly number[]): Float32Array {
  return concat(
    Float32Array,
    counts.map((count, b) => new Float32Array(count).fill(values[b] as number)),
  );
}

/** All arrays one after another. */
export function concat<T extends Int32Array | Float32Array>(
  kind: new (length: number) => T,
  arrays: readonly T[],
): T {
  const all = new kind(arrays.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}

/** Cuts [Σ lengths] values back into pieces of the given lengths. */
export function split<T extends Int32Array | Float32Array>(values: T, lengths: Iterable<number>): T[] {
  let offset = 0;
  return Array.from(lengths, (length) => {
    offset += length;
    return values.slice(offset - length, offset) as T;
  });
}
