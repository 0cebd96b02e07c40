import {
  type DecoderSpeed,
  decoderSpeed,
  type HostClass,
  keyValueBytes,
  MOST_MEMORY_MIB,
  MOST_PROCESSORS,
  RUNTIME_BYTES,
  weightBytes,
} from '#functions/admission/decoder-speed.ts';

export type ModelName = keyof typeof MODELS;
export type Precision = 'int8' | 'int4';

/** Qwen2.5's shapes. */
export const MODELS = {
  '0.5B': { layers: 24, width: 896, keyValueWidth: 128, body: 358e6, head: 136e6, embeddings: 0 },
  '1.5B': { layers: 28, width: 1536, keyValueWidth: 256, body: 1310e6, head: 233e6, embeddings: 0 },
  '7B': { layers: 28, width: 3584, keyValueWidth: 512, body: 6525e6, head: 545e6, embeddings: 545e6 },
} as const;

const MOST_ROWS = 16;
/** Prompt and completion: what a row of the cache holds. */
const POSITIONS = 4096;

/**
 * For a token of 151,936 words, as measured on one core of a Zen 5 (docs/performance.md): what the graph makes of its logits, on
 * all cores, and the search among its shares, on one.
 */
const DRAW_SECONDS = { digest: 0.155e-3, search: 0.087e-3 };
/** An older core takes so many times as long: as it did for the draws of fp64 (3.43 and 0.73 ms). */
const DRAWS_SLOWER = { avx2: 4.7, avx512: 1 } as const;

export interface Host extends DecoderSpeed {
  readonly weightBytes: number;
  /** Of the keys and values of a token. */
  readonly keyValueBytes: number;
  drawSeconds(sampled: boolean): number;
  /** Completions decoded at a time: as many as memory holds, 16 at most. */
  readonly rows: number;
}

export interface HostSettings {
  readonly model: ModelName;
  readonly precision: Precision;
  readonly hostClass: HostClass;
  /** Of a measured core that a Lambda processor is worth; less than 1 where it is one of a core's two threads. */
  readonly processorShare?: number;
}

/** A function with the most memory there is. */
export function hostOf({ model, precision, hostClass, processorShare = 1 }: HostSettings): Host {
  const shape = MODELS[model];
  const bytes = weightBytes(shape, precision);
  const free = MOST_MEMORY_MIB * 2 ** 20 - bytes - RUNTIME_BYTES;
  const fitting = Math.floor(free / keyValueBytes(shape, POSITIONS));
  return {
    ...decoderSpeed(shape, precision, hostClass, MOST_PROCESSORS * processorShare),
    weightBytes: bytes,
    keyValueBytes: keyValueBytes(shape, 1),
    drawSeconds: (sampled) => {
      const { digest, search } = DRAW_SECONDS;
      const seconds = digest / MOST_PROCESSORS + (sampled ? search : 0);
      return (seconds * DRAWS_SLOWER[hostClass]) / processorShare;
    },
    rows: Math.min(MOST_ROWS, fitting),
  };
}
