import type { TrainingExample } from '../data/training-example.ts';

/** What a user's `reward` function is called with. */
export interface RewardInput {
  /** The whole prompt, template included. */
  readonly prompt: string;
  /** What the policy wrote, its stop token left out. */
  readonly completion: string;
  /** The example's answer, label edits applied. */
  readonly answer: string;
  /** The example, with `fields` for whatever else its line held. */
  readonly example: TrainingExample;
}

/** What the thread of a reward module says: first whether it loaded, then one reply for each input. */
export type ModuleReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unloadable'; readonly why: string }
  | { readonly kind: 'reward'; readonly value: number }
  | { readonly kind: 'no-number'; readonly shown: string }
  | { readonly kind: 'too-large'; readonly value: number }
  | { readonly kind: 'threw'; readonly why: string };
