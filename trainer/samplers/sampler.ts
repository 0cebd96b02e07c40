/**
 * Who draws completions: the engine from the weights that it trains (`engine-sampler.ts`), or somebody who is given them
 * before each step: our decoder in this process (`onnx-sampler.ts`), or vLLM servers (`vllm-sampler.ts`).
 */

/** What one step asks of a sampler: K completions of each of G prompts. */
export interface SampleAsk {
  readonly step: number;
  /** [G]; the position of a prompt is its row in the step's batch. */
  readonly prompts: readonly Int32Array[];
  /** K. */
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** With step, row and sample it names what is random of a completion. */
  readonly seed: number;
  /** Ids that end a completion. */
  readonly stop: readonly number[];
}

/** One completion as a sampler drew it. */
export interface DrawnCompletion {
  /** [n], the stop token, where there is one, is the last. */
  readonly tokens: Int32Array;
  /** [n] at the temperature. */
  readonly logprobs: Float32Array;
  /** Whether it ended with a stop token rather than at a limit. */
  readonly stopped: boolean;
}

/** Who draws the completions of a run. Its policy is the engine's as of the last `publish`. */
export interface Sampler {
  /** Makes the engine's policy, as it is now, the sampler's. @param version - updates behind that policy */
  publish(version: number): Promise<void>;
  /** [G·K] completions of the published policy, the K of a prompt beside each other. */
  sample(ask: SampleAsk): Promise<readonly DrawnCompletion[]>;
}
