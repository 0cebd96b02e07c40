import { FETCHED_BYTES_PER_SECOND } from '#functions/admission/decoder-speed.ts';
import { CLOSING_MS } from '#functions/generate/turn-clock.ts';

/** How Lambda and SQS treat the functions of a fleet. What is assumed is no measurement. */
export interface FleetSettings {
  /** Functions at the same time, at most: the mapping's `maximumConcurrency`, 2 to 1,000. */
  readonly functions: number;
  /** Invocations at the same time when the mapping starts, and how many more after each minute. */
  readonly mapping: { readonly first: number; readonly perMinute: number };
  readonly timeLimitSeconds: number;
  /** From a delivery until a message whose function is gone is delivered again. */
  readonly visibilitySeconds: number;
  /** Deliveries before a message is dead. */
  readonly maxReceives: number;
  /** Chance that an invocation ends with an error, which makes its message come again after a pause. */
  readonly errorChance: number;
  /** Chance that an environment is lost with its invocation, which nobody learns of before the visibility is over. */
  readonly lossChance: number;
  /** Environments that are slower than the others, and how many times. */
  readonly stragglers: { readonly share: number; readonly slowdown: number };
  /** Sandbox, Node, ONNX Runtime, tokenizer: median, and deviation of the logarithm. */
  readonly coldStart: { readonly seconds: number; readonly spread: number };
  /** From S3 by ranges, to one function, and back: of weights, keys and values. */
  readonly fetchBytesPerSecond: number;
  /** Preparing fetched weights. */
  readonly loadBytesPerSecond: number;
}

/**
 * - mapping: 5 at first, 300 more a minute. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 * - time limit: Lambda's longest; visibility and deliveries: six time limits and 4, as `cdk/limits.ts` has them
 * - errors, losses, stragglers: assumed
 * - cold start: Node 40 ms, library 50, tokenizer 600, measured; a second for the sandbox, assumed
 * - fetch: as admission has it, 0.6 Gbit/s
 * - load: a session of 135 MB in int8 took 130 to 230 ms
 */
export const ON_LAMBDA: Omit<FleetSettings, 'functions'> = {
  mapping: { first: 5, perMinute: 300 },
  timeLimitSeconds: 900,
  visibilitySeconds: 6 * 900,
  maxReceives: 4,
  errorChance: 0.002,
  lossChance: 0.001,
  stragglers: { share: 0.05, slowdown: 1.5 },
  coldStart: { seconds: 1.7, spread: 0.3 },
  fetchBytesPerSecond: FETCHED_BYTES_PER_SECOND,
  loadBytesPerSecond: 0.75e9,
};

/** Time kept free for storing a part. */
export const CLOSING_SECONDS = CLOSING_MS / 1000;
