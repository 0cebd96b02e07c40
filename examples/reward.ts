/**
 * A reward of your own: `oneshot train micro-pi1 --reward examples/reward.ts`. It is stored with the run, as is every file
 * that it imports by a relative path, so that a run which goes on later uses the same. It runs in threads: keep no state
 * between calls. Whatever it gives, the verifier's verdict is recorded beside it.
 */

/** One completion, as a reward sees it. */
interface Completion {
  /** The whole prompt as text. */
  readonly prompt: string;
  /** What the policy wrote, its stop token left out. */
  readonly completion: string;
  /** The example's answer. */
  readonly answer: string;
  /** The example itself; what your data says of it beyond the known fields is in `fields`. */
  readonly example: { readonly id: string; readonly fields?: Readonly<Record<string, unknown>> };
}

/** 1 for the right answer in a box, less 0.01 a word beyond twenty: right and brief beats right and long. */
export function reward({ completion, answer }: Completion): number {
  const isRight = completion.replaceAll(' ', '').includes(`\\boxed{${answer}}`);
  const words = completion.split(/\s+/).length;
  return isRight ? 1 - 0.01 * Math.max(0, words - 20) : 0;
}
