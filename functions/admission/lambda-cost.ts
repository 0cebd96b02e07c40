/** USD for a GB-second of x86_64 in us-east-1. @see https://aws.amazon.com/lambda/pricing/ */
export const USD_PER_GB_SECOND = 0.0000166667;
/** Bytes of memory that a worker reads in a second: an estimate for two virtual processors. */
const BYTES_PER_SECOND = 5e9;
/** Most models are stored in 16 bits and decoded in 32. */
const FP32_OVER_STORED = 2;
/** Completions that share one reading of the weights. */
const BATCH = 8;

/**
 * What making tokens on Lambda costs, in USD: each step of a batch reads all weights once, which is what takes the
 * time. A static estimate, for refusing what is far too dear; bills differ by a factor of two or so.
 */
export function lambdaCost(memoryMib: number): (tokens: number, modelBytes: number) => number {
  return (tokens, modelBytes) => {
    const seconds = ((tokens / BATCH) * modelBytes * FP32_OVER_STORED) / BYTES_PER_SECOND;
    return seconds * (memoryMib / 1024) * USD_PER_GB_SECOND;
  };
}
