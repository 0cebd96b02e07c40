import type { ModelConfig } from './model-config.ts';

/** Widths are multiples of this; see `decoder-graph.ts` for why. */
const WIDTH_STEP = 64;

/**
 * Keys and values of the sequences being decoded. A row is one sequence; rows lie side by side without holes, so that
 * the first n of them are one tensor.
 */
export class KvCache {
  readonly #config: ModelConfig;
  readonly #capacity: number;
  readonly #lengths: number[] = [];
  #width = 0;
  /** Per layer keys then values, each [capacity, kvHeads, width, headDim]. */
  #buffers: readonly Float32Array[];

  /** @param capacity - the most rows there may be at a time */
  constructor(config: ModelConfig, capacity: number) {
    this.#capacity = capacity;
    this.#config = config;
    this.#buffers = Array.from({ length: 2 * config.layers }, () => new Float32Array(0));
  }

  get rows(): number {
    return this.#lengths.length;
  }

  /** Tokens in each row. */
  get lengths(): readonly number[] {
    return this.#lengths;
  }

  /** Positions that every row has room for. */
  get width(): number {
    return this.#width;
  }

  /**
   * The first `rows` rows, be they in use or not: per layer keys then values, each [rows, kvHeads, width, headDim], valid
   * until the cache changes.
   */
  views(rows: number): readonly Float32Array[] {
    return this.#buffers.map((buffer) => buffer.subarray(0, rows * this.#rowSize));
  }

  /** Adds an empty row. */
  addRow(): void {
    this.#lengths.push(0);
  }

  /** Adds a copy of the only row of another cache. */
  addCopy(source: KvCache): void {
    const [length] = source.#lengths as [number];
    this.#reserve(length);
    this.#lengths.push(length);
    this.#copyRow(source, 0, this.rows - 1);
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

  /** Appends `count` tokens to every row; `entries` is the decoder's output `cache`, [rows, count, 2·layers·kvHeads·headDim]. */
  append(entries: Float32Array, count: number): void {
    this.#reserve(Math.max(...this.#lengths) + count);
    const { kvHeads, headDim } = this.#config;
    let read = 0;
    for (let row = 0; row < this.rows; row++) {
      for (let i = 0; i < count; i++) {
        const position = (this.#lengths[row] as number) + i;
        for (const buffer of this.#buffers)
          for (let head = 0; head < kvHeads; head++) {
            const write = ((row * kvHeads + head) * this.#width + position) * headDim;
            buffer.set(entries.subarray(read, read + headDim), write);
            read += headDim;
          }
      }
      this.#lengths[row] = (this.#lengths[row] as number) + count;
    }
  }

  get #rowSize(): number {
    return this.#config.kvHeads * this.#width * this.#config.headDim;
  }

  /** Makes room for `length` positions in every row. */
  #reserve(length: number): void {
    if (length <= this.#width) return;
    const narrow = { width: this.#width, buffers: this.#buffers };
    this.#width = Math.ceil(length / WIDTH_STEP) * WIDTH_STEP;
    this.#buffers = narrow.buffers.map(() => new Float32Array(this.#capacity * this.#rowSize));
    for (let row = 0; row < this.rows; row++) this.#copyHeads(narrow, row, row, this.#lengths[row] as number);
  }

  #copyRow(source: KvCache, from: number, to: number): void {
    this.#copyHeads(
      { width: source.#width, buffers: source.#buffers },
      from,
      to,
      this.#lengths[to] as number,
    );
  }

  #copyHeads(
    source: { readonly width: number; readonly buffers: readonly Float32Array[] },
    from: number,
    to: number,
    length: number,
  ): void {
    const { kvHeads, headDim } = this.#config;
    for (const [index, buffer] of this.#buffers.entries())
      for (let head = 0; head < kvHeads; head++) {
        const read = (from * kvHeads + head) * source.width * headDim;
        const write = (to * kvHeads + head) * this.#width * headDim;
        const entries = (source.buffers[index] as Float32Array).subarray(read, read + length * headDim);
        buffer.set(entries, write);
      }
  }
}
