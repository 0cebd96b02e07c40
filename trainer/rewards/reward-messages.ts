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

/** What a reward module says: first whether it loaded, then one reply for each input. */
export type ModuleReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unloadable'; readonly why: string }
  | { readonly kind: 'reward'; readonly value: number }
  | { readonly kind: 'no-number'; readonly shown: string }
  | { readonly kind: 'too-large'; readonly value: number }
  | { readonly kind: 'threw'; readonly why: string };

/** A reply, or how the module was lost. */
export type Outcome =
  | ModuleReply
  | { readonly kind: 'late' }
  | { readonly kind: 'gone'; readonly why: string };

/** A thread or process that holds a module. */
export interface RunningModule {
  post(input: RewardInput): void;
  /** One listener at a time, for replies and for the end. @returns ends it */
  hear(listener: (outcome: Outcome) => void): () => void;
  end(): Promise<void>;
}
