import { readSync } from 'node:fs';
import { InvalidGguf } from './invalid-gguf.ts';

const WINDOW_BYTES = 1 << 20;

/** Reads little-endian values of an open file one after another, through a window of a megabyte. */
export class ByteCursor {
  readonly #file: number;
  readonly #endBytes: number;
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #position = 0;

  /**
   * @param file - its descriptor
   * @param endBytes - where the file ends, or where reading shall end
   */
  constructor(file: number, endBytes: number) {
    this.#file = file;
    this.#endBytes = endBytes;
  }

  get position(): number {
    return this.#position;
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }

  i8(): number {
    return this.#take(1).readInt8();
  }

  u16(): number {
    return this.#take(2).readUInt16LE();
  }

  i16(): number {
    return this.#take(2).readInt16LE();
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  i32(): number {
    return this.#take(4).readInt32LE();
  }

  f32(): number {
    return this.#take(4).readFloatLE();
  }

  f64(): number {
    return this.#take(8).readDoubleLE();
  }

  /** A number where that is exact. */
  u64(): number | bigint {
    return narrowed(this.#take(8).readBigUInt64LE());
  }

  /** As `u64`. */
  i64(): number | bigint {
    return narrowed(this.#take(8).readBigInt64LE());
  }

  /**
   * How many things follow.
   *
   * @param leastBytes - that one of them takes: what cannot be in the rest of the file is not counted on
   */
  count(what: string, leastBytes: number): number {
    const count = this.u64();
    const room = Math.floor((this.#endBytes - this.#position) / leastBytes);
    if (count <= room) return Number(count);
    throw new InvalidGguf(`it claims ${count} ${what} at byte ${this.#position - 8}, where ${room} can be`);
  }

  string(): string {
    const start = this.#position;
    const bytes = this.#take(this.count('bytes of a string', 1));
    try {
      return this.#text.decode(bytes);
    } catch (cause) {
      throw new InvalidGguf(`its string at byte ${start} is not UTF-8`, { cause });
    }
  }

  #take(length: number): Buffer {
    const start = this.#position - this.#windowStart;
    if (start + length <= this.#window.length) {
      this.#position += length;
      return this.#window.subarray(start, start + length);
    }
    this.#fill(length);
    return this.#take(length);
  }

  #fill(length: number): void {
    const left = this.#endBytes - this.#position;
    if (length > left)
      throw new InvalidGguf(`it ends at byte ${this.#endBytes}, in the middle of its header`);
    const window = Buffer.alloc(Math.min(Math.max(length, WINDOW_BYTES), left));
    for (let filled = 0; filled < window.length; ) {
      const bytes = readSync(this.#file, window, filled, window.length - filled, this.#position + filled);
      if (bytes === 0) throw new InvalidGguf('it became shorter while it was read');
      filled += bytes;
    }
    this.#window = window;
    this.#windowStart = this.#position;
  }
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
