/**
 * How fast a Lambda function decodes. A step reads all weights once and computes each row's products with them,
 * whichever takes longer; attention comes on top. With the rates below that gives, for the shape of Qwen2.5-0.5B on two
 * AVX2 cores at 1, 8, 32 rows, 37, 180, 180 tokens/s in int8 and 64, 142, 142 in int4. An experiment with ONNX Runtime's
 * C API measured 37, 162 to 180, 169 to 188 and 68, 117 to 134, 134 to 143 there.
 */
export type ModelName = keyof typeof MODELS;
export type Precision = keyof typeof BYTES_PER_PARAMETER;
export type HostClass = keyof typeof HOSTS;

/**
 * Qwen2.5's shapes. Parameters: of the layers, of the head that each token is drawn by, and of the table of embeddings, which the
 * stored file of rounded weights holds as the model has it.
 */
export const MODELS = {
  '0.5B': { layers: 24, width: 896, keyValueWidth: 128, body: 358e6, head: 136e6, embeddings: 136e6 },
  '1.5B': { layers: 28, width: 1536, keyValueWidth: 256, body: 1310e6, head: 233e6, embeddings: 233e6 },
  '7B': { layers: 28, width: 3584, keyValueWidth: 512, body: 6525e6, head: 545e6, embeddings: 545e6 },
} as const;

/** bf16 */
const EMBEDDING_BYTES = 2;
/** int4: half a byte, and a scale in 32 bits for each block of 64. */
const BYTES_PER_PARAMETER = { int8: 1, int4: 0.5625 } as const;

/** Rates of one core. */
interface Rates {
  /** Bytes of weights read in a second. */
  readonly bandwidth: number;
  /** Products and sums of quantised weights in a second, in steps of decoding and in prompts. */
  readonly decode: Readonly<Record<Precision, number>>;
  readonly prefill: Readonly<Record<Precision, number>>;
  /** Products and sums of attention in a second. */
  readonly attention: number;
}

/**
 * `avx2`: from the steps measured on two Zen 3 cores (27 GB/s, 180 fp32 GFLOPS) as above; attention from a profile, 10 G
 * a core.
 * `avx512`: the same times what the shape of SmolLM2-135M gained on two Zen 5 cores (48 GB/s, AVX-512 VNNI): decoding
 * 2.1 (int8) and 2.6 (int4) at 32 rows, prompts 3.5 and 2.7, bandwidth 1.8, attention as fp32's 1.9. An AVX-512 host of
 * an older make is slower.
 */
const HOSTS = {
  avx2: {
    bandwidth: 9.25e9,
    decode: { int8: 100e9, int4: 77e9 },
    prefill: { int8: 115e9, int4: 71e9 },
    attention: 10e9,
  },
  avx512: {
    bandwidth: 16.6e9,
    decode: { int8: 210e9, int4: 200e9 },
    prefill: { int8: 400e9, int4: 192e9 },
    attention: 19e9,
  },
} as const satisfies Record<string, Rates>;

/**
 * The most memory of a function, and its processors.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export const MEMORY_MIB = 10_240;
export const PROCESSORS = 6;
/** Memory of a function that is neither weights nor keys and values. */
const RUNTIME_BYTES = 0.5e9;
const MOST_ROWS = 16;
/** Prompt and completion: what a row of the cache holds. */
const POSITIONS = 4096;
const KEY_VALUE_BYTES = 4;

export interface Host {
  readonly weightBytes: number;
  /** Completions decoded at a time: as many as memory holds, 16 at most. */
  readonly rows: number;
  prefillSeconds(tokens: number): number;
  /** @param positions - in the caches of all rows together at the first of the steps */
  decodeSeconds(steps: number, rows: number, positions: number): number;
}

export interface HostSettings {
  readonly model: ModelName;
  readonly precision: Precision;
  readonly hostClass: HostClass;
  /** Of a measured core that a Lambda processor is worth; less than 1 where it is one of a core's two threads. */
  readonly processorShare?: number;
}

export function hostOf({ model, precision, hostClass, processorShare = 1 }: HostSettings): Host {
  const { layers, width, keyValueWidth, body, head, embeddings } = MODELS[model];
  const rates = HOSTS[hostClass];
  const cores = PROCESSORS * processorShare;
  const weightBytes = (body + head) * BYTES_PER_PARAMETER[precision] + embeddings * EMBEDDING_BYTES;
  const readSeconds = ((body + head) * BYTES_PER_PARAMETER[precision]) / (rates.bandwidth * cores);
  const rowSeconds = (2 * (body + head)) / (rates.decode[precision] * cores);
  const positionSeconds = (4 * layers * width) / (rates.attention * cores);
  const rowBytes = 2 * layers * keyValueWidth * KEY_VALUE_BYTES * POSITIONS;
  const fitting = Math.floor((MEMORY_MIB * 2 ** 20 - weightBytes - RUNTIME_BYTES) / rowBytes);
  return {
    weightBytes,
    rows: Math.min(MOST_ROWS, fitting),
    prefillSeconds: (tokens) => (2 * body * tokens) / (rates.prefill[precision] * cores),
    decodeSeconds: (steps, rows, positions) => {
      const attended = steps * positions + (rows * steps * (steps - 1)) / 2;
      return steps * Math.max(readSeconds, rows * rowSeconds) + attended * positionSeconds;
    },
  };
}
