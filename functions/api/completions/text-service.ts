import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import type { PromptReader, TextRequest } from '#shared/inference/text/text-model.ts';

/** A decoder beside the API. */
export interface TextService {
  /** In which it computes. */
  readonly precision: WeightPrecision;
  /**
   * The digest of a stored model, by `RUN[@STEP]` or by itself.
   *
   * @throws {KnownError} `model-name-unknown`, `checkpoint-unknown`
   */
  find(name: string): Promise<string>;
  /**
   * Completes texts once it is their turn.
   *
   * @param build - makes the requests as soon as the model is there, or has it say what else is asked; what it throws refuses
   *   them, and them alone
   * @returns when the last piece of each was told
   */
  ask(
    digest: string,
    build: (model: PromptReader) => Promise<readonly TextRequest[]>,
    signal: AbortSignal,
  ): Promise<void>;
}
