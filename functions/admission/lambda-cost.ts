import type { Billed } from '#shared/records/telemetry.ts';
import type { DecoderLoad } from './decoder-shape.ts';
import { decoderSpeed, processorsOf } from './decoder-speed.ts';

/** USD for a GB-second of x86_64 in us-east-1. @see https://aws.amazon.com/lambda/pricing/ */
export const USD_PER_GB_SECOND = 0.0000166667;
/** USD for an invocation. */
export const USD_PER_INVOCATION = 0.2 / 1e6;
/** Completions that share one reading of the weights, and tokens that each has behind it: on average. */
const ROWS = 8;
const POSITIONS = 600;

/**
 * What making tokens on Lambda costs, in USD, on the slower class of its processors. A static estimate, for refusing what is
 * far too dear; bills differ by a factor of two or so.
 */
export function lambdaCost(memoryMib: number): (tokens: number, load: DecoderLoad | undefined) => number {
  return (tokens, load) => {
    if (!load) return 0;
    const { decodeSeconds } = decoderSpeed(load.shape, load.precision, 'avx2', processorsOf(memoryMib));
    const seconds = (tokens / ROWS) * decodeSeconds(1, ROWS, ROWS * POSITIONS);
    return seconds * (memoryMib / 1024) * USD_PER_GB_SECOND;
  };
}

/** What Lambda charges for a delivery, in USD, as if each had an invocation of its own. */
export function billedUsd({ seconds, initSeconds, memoryMib }: Billed): number {
  return (seconds + initSeconds) * (memoryMib / 1024) * USD_PER_GB_SECOND + USD_PER_INVOCATION;
}
