import { sum } from '#shared/metrics/sum.ts';
import { type Asked, MAX_TOKENS } from './completions.ts';
import { MODELS, type ModelName } from './host.ts';

/**
 * g5.xlarge: an A10G with 600 GB/s. Spot is usually 0.3 to 0.6 of an hour's USD.
 *
 * @see https://aws.amazon.com/ec2/instance-types/g5/
 */
const BANDWIDTH = 600e9;
const USD_PER_HOUR = 0.5;
/**
 * Of the bandwidth that vLLM makes use of with many short steps: assumed, which gives 15,000 tokens/s of a 1.5B model on
 * an A100.
 */
const EFFICIENCY = 0.3;
const SEQUENCES = 256;
/** An instance, its image, the weights and vLLM's start: assumed. */
const START_SECONDS = 300;
const BF16_BYTES = 2;

/**
 * The same completions by vLLM on one GPU of Spot, by arithmetic: a step reads the weights, and keys and values of all
 * sequences.
 */
export function spotGpu(model: ModelName, asked: readonly Asked[]): { minutes: number; usd: number } {
  const { layers, keyValueWidth, body, head } = MODELS[model];
  const tokens = sum(asked.map((each) => each.tokens));
  const positions = sum(asked.map((each) => each.promptTokens + each.tokens / 2)) / asked.length;
  const weights = BF16_BYTES * (body + head);
  const keyValues = BF16_BYTES * 2 * layers * keyValueWidth * positions;
  const stepSeconds = (bytes: number) => bytes / (BANDWIDTH * EFFICIENCY);
  const full = (tokens / SEQUENCES) * stepSeconds(weights + SEQUENCES * keyValues);
  const seconds = START_SECONDS + full + (MAX_TOKENS / 2) * stepSeconds(weights);
  return { minutes: seconds / 60, usd: (seconds / 3600) * USD_PER_HOUR };
}
