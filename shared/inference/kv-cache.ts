import { sum } from '../metrics/sum.ts';
import { cacheNames } from './graph/attention-node.ts';
import { cacheDim } from './graph/head-padding.ts';
import { OnnxType } from './graph/onnx-writer.ts';
import type { ModelConfig } from './model-config.ts';
import type { BoundTensor } from './runtime/graph-session.ts';

/** Of a machine's memory, for the keys and values of all rows, where nobody says how much. */
export const CACHE_SHARE = 1 / 4;

type CacheShape = Pick<ModelConfig, 'layers' | 'kvHeads' | 'headDim'>;

/** What a row of the cache takes for each of its tokens. */
export function cacheBytesPerToken(config: CacheShape): number {
  return config.layers * 2 * config.kvHeads * cacheDim(config) * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * Keys and values of the sequences that are being decoded, in memory that never moves: the graph writes into it. A row is one
 * sequence; rows lie side by side without holes, so that the first n of them are one tensor. The system gives memory to what is
 * written to, so that positions which no row reaches cost nothing.
 */
export class KvCache {
  readonly capacity: number;
  /** Tokens that each row has room for. */
  readonly positions: number;
  readonly #config: CacheShape;
  readonly #dim: number;
  readonly #lengths: number[] = [];
  /** Per layer keys then values, each [capacity, kvHeads, positions, D]. */
  readonly #buffers: readonly Float32Array[];

  /**
   * @param capacity - the most rows there may be at a time
   * @param memory - which it takes, of exactly its size; each layer gets some of its own where none is given
   */
  constructor(config: CacheShape, capacity: number, positions: number, memory?: ArrayBuffer) {
    this.capacity = capacity;
    this.positions = positions;
    this.#config = config;
    this.#dim = cacheDim(config);
    const size = capacity * this.#rowSize;
    this.#buffers = Array.from({ length: 2 * config.layers }, (_, i) =>
      memory ? new Float32Array(memory, 4 * i * size, size) : new Float32Array(new ArrayBuffer(4 * size)),
    );
  }

  get rows(): number {
    return this.#lengths.length;
  }

  /** Tokens in each row. */
  get lengths(): readonly number[] {
    return this.#lengths;
  }

  /** Of all that `memoryOf` would copy. */
  get heldBytes(): number {
    return sum(this.#lengths) * cacheBytesPerToken(this.#config);
  }

  /** `rows` rows from `first` on, be they in use or not, by the names of the graph's inputs and outputs. */
  tensors(
    first: number,
    rows: number,
  ): { inputs: Record<string, BoundTensor>; outputs: Record<string, BoundTensor> } {
    const dims = [rows, this.#config.kvHeads, this.positions, this.#dim];
    const inputs: Record<string, BoundTensor> = {};
    const outputs: Record<string, BoundTensor> = {};
    for (let layer = 0; layer < this.#config.layers; layer++)
      for (const [i, { past, present }] of cacheNames(layer).entries()) {
        const buffer = this.#buffers[2 * layer + i] as Float32Array;
        const data = buffer.subarray(first * this.#rowSize, (first + rows) * this.#rowSize);
        inputs[past] = outputs[present] = { type: OnnxType.F32, dims, data };
      }
    return { inputs, outputs };
  }

  /** Adds a row in which the graph has written, or will write, so many tokens. */
  addRow(length = 0): void {
    this.#lengths.push(length);
  }

  /** The graph has written one more token to every row. */
  grow(): void {
    for (let row = 0; row < this.rows; row++) (this.#lengths[row] as number)++;
  }

  /** Adds a copy of a row of another cache. */
  addCopy(source: KvCache, row: number): void {
    this.#lengths.push(source.#lengths[row] as number);
    this.#copyRow(source, row, this.rows - 1);
  }

  /** A row's keys and values, layer by layer, [kvHeads, tokens, D] each, without room for more. */
  memoryOf(row: number): ArrayBuffer {
    const length = this.#lengths[row] as number;
    const memory = new ArrayBuffer(length * cacheBytesPerToken(this.#config));
    new KvCache(this.#config, 1, length, memory).addCopy(this, row);
    return memory;
  }

  /** Removes a row; the last row moves to its place. */
  removeRow(row: number): void {
    const last = this.rows - 1;
    if (row !== last) {
      this.#lengths[row] = this.#lengths[last] as number;
      this.#copyRow(this, last, row);
    }
    this.#lengths.pop();
  }

  get #rowSize(): number {
    return this.#config.kvHeads * this.positions * this.#dim;
  }

  #copyRow(source: KvCache, from: number, to: number): void {
    const { kvHeads } = this.#config;
    const size = (this.#lengths[to] as number) * this.#dim;
    for (const [index, buffer] of this.#buffers.entries())
      for (let head = 0; head < kvHeads; head++) {
        const read = (from * kvHeads + head) * source.positions * this.#dim;
        const write = (to * kvHeads + head) * this.positions * this.#dim;
        buffer.set((source.#buffers[index] as Float32Array).subarray(read, read + size), write);
      }
  }
}
