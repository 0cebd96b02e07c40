/**
 * How fast a Lambda function decodes, and what it holds: estimates, for what may be made and what it costs, and for the
 * simulation of a fleet. A step reads all weights once and computes each row's products with them, whichever takes longer;
 * attention comes on top. With the rates below that gives, for the shape of Qwen2.5-0.5B in int8 on two AVX2 cores at 1, 8, 32 rows, 37,
 * 180, 180 tokens/s. An experiment with ONNX Runtime's C API measured 37, 162 to 180, 169 to 188 there.
 */
import { INT4_BLOCK } from '#shared/inference/graph/quantised-names.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import type { DecoderShape } from './decoder-shape.ts';

export type HostClass = keyof typeof HOSTS;

/** bf16 */
const EMBEDDING_BYTES = 2;
/** int4: half a byte, and a multiplier in a byte for each block. */
const BYTES_PER_PARAMETER = { fp32: 4, int8: 1, int4: 0.5 + 1 / INT4_BLOCK } as const;

/** How much faster our operator computes attention than ONNX Runtime's does (decision 0032). */
export const OWN_ATTENTION = 2.2;

/** Rates of one core. */
interface Rates {
  /** Bytes of weights read in a second. */
  readonly bandwidth: number;
  /** Products and sums of weights in a second, in steps of decoding and in prompts. */
  readonly decode: Readonly<Record<WeightPrecision, number>>;
  readonly prefill: Readonly<Record<WeightPrecision, number>>;
  /** Products and sums of attention in a second. */
  readonly attention: number;
}

/**
 * `avx2`: from the steps measured on two Zen 3 cores (27 GB/s, 180 fp32 GFLOPS) as above, fp32 from SmolLM2-135M's shape at 32 rows;
 * attention from a profile, 10 G a core, where functions have an operator of ours for it (those that were deployed without a
 * compiler have none); int4 from our decoder as two Zen 5 cores ran it without VNNI, with the shape of Qwen2.5-1.5B (docs/performance.md),
 * times 0.76, by the clocks.
 * `avx512`: from our decoder with the shape of Qwen2.5-1.5B on those two Zen 5 cores (AVX-512 VNNI): 16 rows of 512
 * positions at 220 (int8) and 252 (int4) tokens/s, prompts at 480 and 460, a row alone at 26 and 50; attention by itself, which reads keys and
 * values about as fast as the bandwidth allows. fp32 is `avx2` times what the shape of SmolLM2-135M gained
 * on such cores: 1.9 and 2.2. An AVX-512 host of an older make is slower.
 */
const HOSTS = {
  avx2: {
    bandwidth: 9.25e9,
    decode: { fp32: 47e9, int8: 100e9, int4: 190e9 },
    prefill: { fp32: 80e9, int8: 115e9, int4: 170e9 },
    attention: OWN_ATTENTION * 10e9,
  },
  avx512: {
    bandwidth: 20e9,
    decode: { fp32: 90e9, int8: 420e9, int4: 500e9 },
    prefill: { fp32: 175e9, int8: 630e9, int4: 600e9 },
    attention: 50e9,
  },
} as const satisfies Record<string, Rates>;

/** Of weights from S3: what others report of one function (10 GB took 190 s in one stream); AWS states none. */
export const FETCHED_BYTES_PER_SECOND = 75e6;
/** Parameters that one core rounds in a second: about half of what a Zen 5 does (1.54 billion in 53 and 69 s, docs/performance.md). */
export const ROUNDED_PER_SECOND = { int8: 14e6, int4: 11e6 } as const;
/** Memory that is neither weights nor keys and values: Node, libraries, a tokenizer, the logits of a step. */
export const RUNTIME_BYTES = 0.5e9;
/** fp32 */
const KEY_VALUE_BYTES = 4;

/** Memory that one processor comes with, and the most of both. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MIB_PER_PROCESSOR = 1769;
export const MOST_MEMORY_MIB = 10_240;
export const MOST_PROCESSORS = 6;

export function processorsOf(memoryMib: number): number {
  return Math.min(MOST_PROCESSORS, memoryMib / MIB_PER_PROCESSOR);
}

/** What a session holds of the weights. Where the head has fewer bits, the table of embeddings stays in its mapped file. */
export function heldBytes({ body, head, embeddings }: DecoderShape, precision: WeightPrecision): number {
  const table = precision === 'fp32' ? embeddings : 0;
  return (body + head + table) * BYTES_PER_PARAMETER[precision];
}

/** What a row of the cache takes. @param positions - tokens of prompt and completion */
export function keyValueBytes(
  { layers, keyValueWidth }: Pick<DecoderShape, 'layers' | 'keyValueWidth'>,
  positions: number,
): number {
  return 2 * layers * keyValueWidth * KEY_VALUE_BYTES * positions;
}

/** What a worker reads from its store: that table as well, which is as large as the head. */
export function weightBytes(shape: DecoderShape, precision: WeightPrecision): number {
  return heldBytes(shape, precision) + (precision === 'fp32' ? 0 : shape.head * EMBEDDING_BYTES);
}

export interface DecoderSpeed {
  prefillSeconds(tokens: number): number;
  /** @param positions - in the caches of all rows together at the first of the steps */
  decodeSeconds(steps: number, rows: number, positions: number): number;
}

/** @param cores - like those that the rates are of */
export function decoderSpeed(
  { layers, width, body, head }: DecoderShape,
  precision: WeightPrecision,
  hostClass: HostClass,
  cores: number,
): DecoderSpeed {
  const rates = HOSTS[hostClass];
  const readSeconds = ((body + head) * BYTES_PER_PARAMETER[precision]) / (rates.bandwidth * cores);
  const rowSeconds = (2 * (body + head)) / (rates.decode[precision] * cores);
  const positionSeconds = (4 * layers * width) / (rates.attention * cores);
  return {
    prefillSeconds: (tokens) => (2 * body * tokens) / (rates.prefill[precision] * cores),
    decodeSeconds: (steps, rows, positions) => {
      const attended = steps * positions + (rows * steps * (steps - 1)) / 2;
      return steps * Math.max(readSeconds, rows * rowSeconds) + attended * positionSeconds;
    },
  };
}
