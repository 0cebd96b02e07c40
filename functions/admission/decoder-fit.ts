import { KnownError } from '#shared/errors.ts';
import { WEIGHT_PRECISIONS, type WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { CACHE_SHARE } from '#shared/inference/kv-cache.ts';
import type { DecoderLoad, DecoderShape } from './decoder-shape.ts';
import {
  decoderSpeed,
  FETCHED_BYTES_PER_SECOND,
  heldBytes,
  keyValueBytes,
  MOST_MEMORY_MIB,
  processorsOf,
  ROUNDED_PER_SECOND,
  RUNTIME_BYTES,
} from './decoder-speed.ts';

/** What a worker of the generate stage has, each infinite where nobody limits it. */
export interface WorkerLimits {
  readonly memoryMib: number;
  /** For the files of models. */
  readonly diskBytes: number;
  /** Until its host ends it. */
  readonly turnSeconds: number;
}

/** Tokens that the prompt of a completion may have, beside those that it may make. */
const PROMPT_TOKENS = 512;
/** Tokens that a row must come further in a turn, be it the first after a cold start: else most of the time goes into starting. */
const LEAST_TOKENS = 64;

/**
 * Whether a worker can hold a model with the keys and values of its longest completion, and comes further in each turn. How long
 * a completion takes does not matter, since it goes on in the next turn.
 *
 * @param maxTokens - that a completion may have
 * @throws {KnownError} `model-too-large`
 */
export function requireFit(load: DecoderLoad, maxTokens: number, limits: WorkerLimits): void {
  const { memoryMib, diskBytes, turnSeconds } = limits;
  const { shape, precision, fileBytes } = load;
  if (fileBytes > diskBytes)
    throw tooLarge(
      `Its files take ${mb(fileBytes)}, and a worker here has ${mb(diskBytes, Math.floor)} of disk for models.`,
    );
  const needed = leastMemoryMib(shape, precision, maxTokens);
  if (needed > memoryMib)
    throw tooLarge(
      `In ${precision} it takes ${needed} MiB with the keys and values of completions of ${maxTokens} tokens, and a worker here has ` +
        `${memoryMib}. ${whatWouldFit(load, maxTokens, memoryMib)}`,
    );
  const slow = shape.body > 0 && secondsToStart(load, memoryMib) > turnSeconds;
  if (slow)
    throw tooLarge(
      `In ${precision} a worker of ${memoryMib} MiB would not ${isToRound(load) ? 'round and load' : 'load'} it and make ${LEAST_TOKENS} tokens within its ${turnSeconds} s. ` +
        'Give the generate function more time (`-c generateTimeoutSeconds`) or memory.' +
        (isToRound(load) ? ' A worker in a container, which has no limit, rounds it for all.' : ''),
    );
}

/** Least memory of a worker, MiB: the cache gets its share, weights and the program the rest. */
export function leastMemoryMib(shape: DecoderShape, precision: WeightPrecision, maxTokens: number): number {
  const rowBytes = keyValueBytes(shape, maxTokens + PROMPT_TOKENS);
  const bytes = Math.max(
    rowBytes / CACHE_SHARE,
    (heldBytes(shape, precision) + RUNTIME_BYTES) / (1 - CACHE_SHARE),
  );
  return Math.ceil(bytes / 2 ** 20);
}

function isToRound({ precision, roundedBytes }: DecoderLoad): boolean {
  return precision !== 'fp32' && roundedBytes === undefined;
}

/** A worker that is ended while it rounds leaves nothing, and the next one begins anew. */
function secondsToStart(load: DecoderLoad, memoryMib: number): number {
  const { shape, precision, fileBytes, roundedBytes } = load;
  const processors = processorsOf(memoryMib);
  const { decodeSeconds, prefillSeconds } = decoderSpeed(shape, precision, 'avx2', processors);
  const rounding =
    precision === 'fp32' || !isToRound(load)
      ? 0
      : (shape.body + shape.head) / (ROUNDED_PER_SECOND[precision] * Math.min(1, processors));
  const making = prefillSeconds(PROMPT_TOKENS) + decodeSeconds(LEAST_TOKENS, 1, PROMPT_TOKENS);
  return (roundedBytes ?? fileBytes) / FETCHED_BYTES_PER_SECOND + rounding + making;
}

function whatWouldFit({ shape, precision }: DecoderLoad, maxTokens: number, memoryMib: number): string {
  const memoryOf = (other: WeightPrecision) => leastMemoryMib(shape, other, maxTokens);
  const smaller = WEIGHT_PRECISIONS.find((other) => memoryOf(other) <= memoryMib);
  const needed = memoryOf(precision);
  return [
    ...(smaller ? [`In ${smaller} it would fit.`] : []),
    ...(needed <= MOST_MEMORY_MIB
      ? [`Give the generate function ${needed} MiB (\`-c generateMemoryMib\`).`]
      : []),
  ].join(' ');
}

function mb(bytes: number, round = Math.ceil): string {
  return `${round(bytes / 1e6)} MB`;
}

function tooLarge(why: string): KnownError {
  return new KnownError(
    'model-too-large',
    `The model is too large for a worker here. ${why} ` +
      'Else ask for an endpoint generator, or evaluate it with `oneshot eval` on the local runner.',
  );
}
