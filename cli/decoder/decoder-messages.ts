import type { Scored } from '#shared/inference/score-continuations.ts';
import type { GenerationRequest, MadeToken } from '#shared/ports/generator.ts';

/** What the thread of a decoder is asked, one thing at a time, after it has said once that its model is loaded. */
export type DecoderRequest =
  | {
      readonly kind: 'generate';
      readonly requests: readonly GenerationRequest[];
      /** By request: 1 where nobody wants the rest; seen by both threads. */
      readonly refused: Int32Array;
    }
  | {
      readonly kind: 'score';
      readonly prompt: readonly number[];
      readonly continuations: readonly (readonly number[])[];
    }
  /** Frees the model; the thread ends. */
  | { readonly kind: 'end' };

export type DecoderReply =
  | { readonly kind: 'token'; readonly index: number; readonly token: MadeToken }
  | { readonly kind: 'done'; readonly scored: readonly Scored[] }
  /** @param code - of a `KnownError` */
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly message: string };
