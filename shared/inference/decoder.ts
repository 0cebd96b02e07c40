import { InferenceSession, Tensor } from 'onnxruntime-node';
import { KnownError, messageOf } from '../errors.ts';
import { checkWeights } from './check-weights.ts';
import { decoderGraph } from './decoder-graph.ts';
import { KvCache } from './kv-cache.ts';
import { type ModelConfig, readModelConfig } from './model-config.ts';
import { locateWeights } from './model-weights.ts';
import { type RotaryTable, rotaryTable } from './rotary.ts';

/**
 * Tokens of a prompt that go through the model at a time. Bounds the memory of the scores, and sums over 128 terms or
 * fewer are added in one go whatever the number of threads.
 */
const PREFILL_CHUNK = 128;
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
  readonly #threads: number;
  #rotary: RotaryTable;

  constructor(config: ModelConfig, session: InferenceSession, threads: number) {
    this.config = config;
    this.#session = session;
    this.#threads = threads;
    this.#rotary = rotaryTable(config, 0);
  }

  /** An empty cache for up to so many rows. */
  createCache(rows: number): KvCache {
    return new KvCache(this.config, Math.max(rows, this.#fewestRows));
  }

  /**
   * Runs a prompt. Prompts run one by one, so that nothing about one can depend on another; completions of equal
   * prompts share the result.
   */
  async prefill(prompt: readonly number[]): Promise<Prefilled> {
    const cache = this.createCache(1);
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
    const { layers, heads, kvHeads, headDim } = this.config;
    const { width } = cache;
    const count = tokens.length / cache.rows;
    const queries = (count * heads) / kvHeads;
    const rows = queries < headDim ? Math.max(cache.rows, this.#fewestRows) : cache.rows;
    const lengths = Array.from({ length: rows }, (_, row) => cache.lengths[row] ?? 0);
    const rotary = this.#rotaryUpTo(Math.max(...lengths) + count);
    const maskRows = count === 1 ? 1 : queries; // one serves all heads that share keys
    const feeds: Record<string, Tensor> = {
      tokens: int64([rows, count], (i) => tokens[i] ?? 0),
      positions: int64([rows, count], (i) => (lengths[Math.floor(i / count)] as number) + (i % count)),
      mask: new Tensor('float32', mask(lengths, width, count, maskRows), [rows, 1, maskRows, width + count]),
      split: int64([2], (i) => (i === 0 ? width : count)),
      last: int64([cache.rows], (row) => (row + 1) * count - 1),
      cos: new Tensor('float32', rotary.cos, [rotary.positions, headDim / 2]),
      sin: new Tensor('float32', rotary.sin, [rotary.positions, headDim / 2]),
    };
    const views = cache.views(rows);
    for (let layer = 0; layer < layers; layer++)
      for (const [index, name] of ['key', 'value'].entries()) {
        const view = views[2 * layer + index] as Float32Array;
        feeds[`${name}.${layer}`] = new Tensor('float32', view, [rows, kvHeads, width, headDim]);
      }
    const { logits, cache: entries } = await this.#session.run(feeds);
    cache.append(floats(entries), count);
    return floats(logits);
  }

  /**
   * With fewer attention products than threads, ONNX Runtime would share the columns of each among threads, and the
   * order in which a column's terms are added depends on how many columns a thread has. Idle rows keep every product
   * on one thread. Products with at least as many rows as columns are shared by rows, which changes nothing.
   */
  get #fewestRows(): number {
    return Math.ceil(this.#threads / this.config.kvHeads);
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
  const weights = await locateWeights(directory);
  await checkWeights(directory, config, weights);
  const graph = decoderGraph(config, weights);
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
    return new Decoder(config, session, threads);
  } catch (cause) {
    throw new KnownError(
      'model-load-failed',
      `ONNX Runtime could not open the model in ${directory}: ${messageOf(cause)}. ` +
        'Copy the files themselves into one folder, without links to other folders.',
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

function int64(dims: readonly number[], at: (index: number) => number): Tensor {
  const values = new BigInt64Array(dims.reduce((size, dim) => size * dim, 1));
  for (let i = 0; i < values.length; i++) values[i] = BigInt(at(i));
  return new Tensor('int64', values, dims);
}

function floats(tensor: Tensor | undefined): Float32Array<ArrayBuffer> {
  return tensor?.data as Float32Array<ArrayBuffer>; // the graph declares its outputs as fp32
}
