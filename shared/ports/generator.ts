/** Makes completions for prompts that are already tokens. */
export interface Generator {
  /**
   * One result per request, in the order of the requests. A result depends on its own request and the weights
   * alone: not on the other requests, their order, or the number of threads.
   *
   * @param onMade - told after every token of the requests at hand
   */
  generate(
    requests: readonly GenerationRequest[],
    onMade?: (made: Made) => void,
  ): Promise<readonly GenerationResult[]>;
}

/**
 * Hears of every token as it comes, and says whether that completion goes on: one that does not makes room at once, and its
 * result ends with this token as with a stop token.
 *
 * @param index - of the request
 */
export type OnToken = (index: number, token: MadeToken) => boolean;

export interface MadeToken {
  readonly token: number;
  /** As in `GenerationResult`. */
  readonly logprob: number;
  /** Of the last token. */
  readonly finish?: GenerationResult['finish'];
}

/** What there is so far of some requests. */
export interface Made {
  /** That have ended. */
  readonly completions: number;
  /** Of all of them, those that go on included. */
  readonly tokens: number;
}

export interface GenerationRequest {
  readonly prompt: readonly number[];
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** Any of these ends the completion and is its last token. */
  readonly stop: readonly number[];
  /** Names the uniforms of this completion; see `shared/sampling/philox.ts`. */
  readonly draw: Draw;
}

export interface Draw {
  /** 0 ≤ seed < 2^53. */
  readonly seed: number;
  readonly sample: number;
  /** Two 32-bit words: row and step in training, 64 bits of the problem id's sha256 in evaluation. */
  readonly row: number;
  readonly step: number;
}

export interface GenerationResult {
  /** The stop token, where there is one, is the last. */
  readonly tokens: readonly number[];
  /** Natural logarithm of each token's probability at the request's temperature, before top-p. */
  readonly logprobs: readonly number[];
  readonly finish: 'stop' | 'length';
}
