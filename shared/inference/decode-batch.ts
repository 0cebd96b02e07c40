import { OnnxType } from './graph/onnx-writer.ts';
import type { RotaryTable } from './graph/rotary.ts';
import { KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import type { Prefilled } from './prefill.ts';
import type { BoundRun, GraphSession } from './runtime/graph-session.ts';

/** What the graph reads and writes when it runs a certain number of rows. */
interface Step {
  readonly tokens: BigInt64Array;
  readonly lengths: Int32Array;
  readonly longest: Int32Array;
  readonly inverseTemperatures: Float32Array;
  readonly made: Stepped;
  readonly bound: BoundRun;
}

/** What there is for the tokens after all rows; valid until the next step. */
export interface Stepped {
  /** [rows, V] */
  readonly logits: Float32Array;
  /** [rows or more], as the next two and as in `LogitDigest` */
  readonly best: BigInt64Array;
  readonly total: Float32Array;
  /** [rows or more, V] */
  readonly shares: Float32Array;
}

export interface DecodeBatchOptions {
  readonly session: GraphSession;
  readonly config: ModelConfig;
  /** The most there may be at a time. */
  readonly rows: number;
  /** Tokens that each has room for. */
  readonly positions: number;
  /** Of as many positions or more. */
  readonly rotary: RotaryTable;
}

/** Rows that are decoded together, one token at a time. Nothing is allocated for a token. */
export class DecodeBatch {
  readonly #session: GraphSession;
  readonly #config: ModelConfig;
  readonly #cache: KvCache;
  readonly #rotary: RotaryTable;
  /** By their number of rows. */
  readonly #steps = new Map<number, Step>();

  constructor({ session, config, rows, positions, rotary }: DecodeBatchOptions) {
    this.#session = session;
    this.#config = config;
    this.#cache = new KvCache(config, rows, positions);
    this.#rotary = rotary;
  }

  get rows(): number {
    return this.#cache.rows;
  }

  /** Adds a row that goes on after what is in a row of another cache. */
  add({ cache }: Pick<Prefilled, 'cache'>, row: number): void {
    this.#cache.addCopy(cache, row);
  }

  /** Adds a copy of each row of another batch, in their order. */
  addAll(other: DecodeBatch): void {
    for (let row = 0; row < other.rows; row++) this.#cache.addCopy(other.#cache, row);
  }

  /** Of the keys and values of all rows. */
  get heldBytes(): number {
    return this.#cache.heldBytes;
  }

  /** A copy of a row's keys and values, as `KvCache.memoryOf` makes it. */
  memoryOf(row: number): ArrayBuffer {
    return this.#cache.memoryOf(row);
  }

  /** Removes a row; the last row moves to its place. */
  remove(row: number): void {
    this.#cache.removeRow(row);
  }

  /**
   * Runs one more token of each row.
   *
   * @param tokens - one for each row
   * @param temperatures - for `shares`, likewise; 1 where there is none or it is 0
   */
  async step(tokens: readonly number[], temperatures: readonly number[] = []): Promise<Stepped> {
    const cache = this.#cache;
    const step = this.#stepOf(cache.rows);
    let longest = 0;
    for (let row = 0; row < step.lengths.length; row++) {
      const length = cache.lengths[row] ?? 0;
      step.tokens[row] = BigInt(tokens[row] ?? 0);
      step.lengths[row] = length; // with the new token, less one
      step.inverseTemperatures[row] = 1 / (temperatures[row] || 1);
      longest = Math.max(longest, length + 1);
    }
    step.longest[0] = longest;
    await step.bound.run();
    cache.grow();
    return { ...step.made, logits: step.made.logits.subarray(0, cache.rows * this.#config.vocabulary) };
  }

  release(): void {
    for (const { bound } of this.#steps.values()) bound.release();
    this.#steps.clear();
  }

  #stepOf(rows: number): Step {
    const known = this.#steps.get(rows);
    if (known) return known;
    const made = this.#bind(rows);
    this.#steps.set(rows, made);
    return made;
  }

  #bind(rows: number): Step {
    const { vocabulary } = this.#config;
    const tokens = new BigInt64Array(new ArrayBuffer(8 * rows));
    const lengths = new Int32Array(new ArrayBuffer(4 * rows));
    const longest = new Int32Array(new ArrayBuffer(4));
    const floats = (count: number) => new Float32Array(new ArrayBuffer(4 * count));
    const inverseTemperatures = floats(rows);
    const made = {
      logits: floats(rows * vocabulary),
      best: new BigInt64Array(new ArrayBuffer(8 * rows)),
      total: floats(rows),
      shares: floats(rows * vocabulary),
    };
    const { inputs, outputs } = this.#cache.tensors(0, rows);
    const bound = this.#session.bind(
      {
        tokens: { type: OnnxType.I64, dims: [rows, 1], data: tokens },
        lengths: { type: OnnxType.I32, dims: [rows], data: lengths },
        longest: { type: OnnxType.I32, dims: [1], data: longest },
        last: {
          type: OnnxType.I64,
          dims: [rows],
          data: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i)),
        },
        inverse_temperatures: { type: OnnxType.F32, dims: [rows, 1], data: inverseTemperatures },
        ...this.#rotary,
        ...inputs,
      },
      {
        logits: { type: OnnxType.F32, dims: [rows, vocabulary], data: made.logits },
        best: { type: OnnxType.I64, dims: [rows], data: made.best },
        total: { type: OnnxType.F32, dims: [rows], data: made.total },
        shares: { type: OnnxType.F32, dims: [rows, vocabulary], data: made.shares },
        ...outputs,
      },
    );
    return { tokens, lengths, longest, inverseTemperatures, made, bound };
  }
}
