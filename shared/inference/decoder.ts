import { InferenceSession, Tensor } from 'onnxruntime-node';
import { KnownError, messageOf } from '../errors.ts';
import { decoderGraph } from './decoder-graph.ts';
import { KvCache } from './kv-cache.ts';
import { type ModelConfig, readModelConfig } from './model-config.ts';
import { locateWeights } from './model-weights.ts';
import { type RotaryTable, rotaryTable } from './rotary.ts';

/** Tokens of a prompt that go through the model at a time; bounds the memory of the scores. */
const PREFILL_CHUNK = 256;
/** Added to scores that do not count: large enough that their probability is exactly 0. */
const MASKED = -1e30;

export interface Prefilled {
  /** One row that holds the prompt. */
  readonly cache: KvCache;
  /** [V], for the token after the prompt. */
  readonly logits: Float32Array;
}

/** A model in ONNX Runtime on the CPU, in fp32. */
export class Decoder {
  readonly config: ModelConfig;
  readonly #session: InferenceSession;
  #rotary: RotaryTable;

  constructor(config: ModelConfig, session: InferenceSession) {
    this.config = config;
    this.#session = session;
    this.#rotary = rotaryTable(config, 0);
  }

  /**
   * Runs a prompt. Prompts run one by one, so that nothing about one can depend on another; completions of equal
   * prompts share the result.
   */
  async prefill(prompt: readonly number[]): Promise<Prefilled> {
    const cache = new KvCache(this.config, 1);
    cache.addRow();
    let logits = new Float32Array(0);
    for (let start = 0; start < prompt.length; start += PREFILL_CHUNK)
      logits = await this.#run(cache, prompt.slice(start, start + PREFILL_CHUNK));
    return { cache, logits };
  }

  /**
   * Runs one more token of each row.
   *
   * @param tokens - [rows of the cache]
   * @returns [rows, V], for the tokens after them
   */
  async step(cache: KvCache, tokens: readonly number[]): Promise<Float32Array> {
    return this.#run(cache, tokens);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** @param tokens - [rows, S], row by row @returns [rows, V], for the last of each row */
  async #run(cache: KvCache, tokens: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const { rows, width, lengths } = cache;
    const { layers, heads, kvHeads, headDim } = this.config;
    const count = tokens.length / rows;
    const rotary = this.#rotaryUpTo(Math.max(...lengths) + count);
    const queries = count === 1 ? 1 : (count * heads) / kvHeads;
    const feeds: Record<string, Tensor> = {
      tokens: int64(tokens, [rows, count]),
      positions: int64(
        tokens.map((_, i) => (lengths[Math.floor(i / count)] as number) + (i % count)),
        [rows, count],
      ),
      mask: new Tensor('float32', mask(lengths, width, count, queries), [rows, 1, queries, width + count]),
      split: int64([width, count], [2]),
      last: int64(
        lengths.map((_, row) => (row + 1) * count - 1),
        [rows],
      ),
      cos: new Tensor('float32', rotary.cos, [rotary.positions, headDim / 2]),
      sin: new Tensor('float32', rotary.sin, [rotary.positions, headDim / 2]),
    };
    const views = cache.views();
    for (let layer = 0; layer < layers; layer++)
      for (const [index, name] of ['key', 'value'].entries()) {
        const view = views[2 * layer + index] as Float32Array;
        feeds[`${name}.${layer}`] = new Tensor('float32', view, [rows, kvHeads, width, headDim]);
      }
    const { logits, cache: entries } = await this.#session.run(feeds);
    cache.append(floats(entries), count);
    return floats(logits);
  }

  #rotaryUpTo(positions: number): RotaryTable {
    if (positions > this.#rotary.positions) {
      const rounded = 2 ** Math.ceil(Math.log2(positions));
      this.#rotary = rotaryTable(this.config, rounded);
    }
    return this.#rotary;
  }
}

/**
 * Opens a Hugging Face folder. Weights in fp32 are mapped from its files, others converted as they are loaded.
 *
 * @param threads - of the operators; results do not depend on it
 * @throws {KnownError} where the folder is incomplete, damaged or of an unsupported architecture
 */
export async function loadDecoder(directory: string, { threads }: { threads: number }): Promise<Decoder> {
  const config = await readModelConfig(directory);
  const graph = decoderGraph(config, await locateWeights(directory));
  try {
    const session = await InferenceSession.create(graph, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Patterns are kept per shape, and shapes change with every batch size and cache width.
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: {
        session: {
          model_external_initializers_file_folder_path: directory,
          // Cores are shared with other work, and threads that spin slow it down several times.
          intra_op: { allow_spinning: '0' },
        },
      },
    });
    return new Decoder(config, session);
  } catch (cause) {
    throw new KnownError(
      'model-load-failed',
      `ONNX Runtime could not open the model in ${directory}: ${messageOf(cause)}. Check that its files are readable.`,
      { cause },
    );
  }
}

/** [rows, queries, width + count]; query q is new token q modulo count, for each of the heads that share keys. */
function mask(lengths: readonly number[], width: number, count: number, queries: number): Float32Array {
  const span = width + count;
  const values = new Float32Array(lengths.length * queries * span);
  for (const [row, length] of lengths.entries())
    for (let query = 0; query < queries; query++) {
      const start = (row * queries + query) * span;
      values.fill(MASKED, start + length, start + width);
      values.fill(MASKED, start + width + (query % count) + 1, start + span);
    }
  return values;
}

function int64(values: readonly number[], dims: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}

function floats(tensor: Tensor | undefined): Float32Array<ArrayBuffer> {
  return tensor?.data as Float32Array<ArrayBuffer>; // the graph declares its outputs as fp32
}
