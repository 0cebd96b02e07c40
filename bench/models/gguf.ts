/**
 * Reads a GGUF file (version 3), as far as models quantised to Q4_1 and Q8_0 need it.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

export interface Gguf {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

export type GgufValue = number | bigint | boolean | string | readonly GgufValue[];

export interface GgufTensor {
  /** Slowest axis first, as in safetensors. */
  readonly shape: readonly number[];
  readonly values: () => Float32Array;
}

const BLOCK = 32;
const DEFAULT_ALIGNMENT = 32;

export function readGguf(file: Buffer): Gguf {
  const cursor = new Cursor(file);
  if (cursor.text(4) !== 'GGUF' || cursor.u32() !== 3) throw new Error('not a GGUF file of version 3');
  const tensorCount = cursor.u64();
  const metadataCount = cursor.u64();
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < metadataCount; i++) metadata.set(cursor.string(), cursor.value(cursor.u32()));
  const infos = Array.from({ length: tensorCount }, () => ({
    name: cursor.string(),
    shape: Array.from({ length: cursor.u32() }, () => cursor.u64()).reverse(),
    type: cursor.u32(),
    offset: cursor.u64(),
  }));
  const alignment = Number(metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT);
  const start = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = infos.map(({ name, shape, type, offset }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, values: () => dequantise(file, start + offset, size, type) }] as const;
  });
  return { metadata, tensors: new Map(tensors) };
}

function dequantise(file: Buffer, offset: number, size: number, type: number): Float32Array {
  const values = new Float32Array(size);
  switch (type) {
    case 0: // F32
      for (let i = 0; i < size; i++) values[i] = file.readFloatLE(offset + 4 * i);
      return values;
    case 3: // Q4_1: scale, minimum, 16 bytes of which the low halves come first
      for (let block = 0; block < size / BLOCK; block++) {
        const at = offset + 20 * block;
        const scale = readHalf(file, at);
        const minimum = readHalf(file, at + 2);
        for (let i = 0; i < 16; i++) {
          const byte = file[at + 4 + i] as number;
          values[BLOCK * block + i] = scale * (byte & 15) + minimum;
          values[BLOCK * block + 16 + i] = scale * (byte >> 4) + minimum;
        }
      }
      return values;
    case 8: // Q8_0: scale, 32 signed bytes
      for (let block = 0; block < size / BLOCK; block++) {
        const at = offset + 34 * block;
        const scale = readHalf(file, at);
        for (let i = 0; i < BLOCK; i++) values[BLOCK * block + i] = scale * file.readInt8(at + 2 + i);
      }
      return values;
    default:
      throw new Error(`GGUF tensor type ${type} is not supported`);
  }
}

function readHalf(file: Buffer, offset: number): number {
  const bits = file.readUInt16LE(offset);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

class Cursor {
  readonly #file: Buffer;
  position = 0;

  constructor(file: Buffer) {
    this.#file = file;
  }

  #take(bytes: number): number {
    this.position += bytes;
    return this.position - bytes;
  }

  u32(): number {
    return this.#file.readUInt32LE(this.#take(4));
  }

  u64(): number {
    return Number(this.#file.readBigUInt64LE(this.#take(8)));
  }

  text(bytes: number): string {
    const start = this.#take(bytes);
    return this.#file.toString('utf8', start, start + bytes);
  }

  string(): string {
    return this.text(this.u64());
  }

  value(type: number): GgufValue {
    const file = this.#file;
    switch (type) {
      case 0:
        return file.readUInt8(this.#take(1));
      case 1:
        return file.readInt8(this.#take(1));
      case 2:
        return file.readUInt16LE(this.#take(2));
      case 3:
        return file.readInt16LE(this.#take(2));
      case 4:
        return this.u32();
      case 5:
        return file.readInt32LE(this.#take(4));
      case 6:
        return file.readFloatLE(this.#take(4));
      case 7:
        return file.readUInt8(this.#take(1)) !== 0;
      case 8:
        return this.string();
      case 9: {
        const element = this.u32();
        return Array.from({ length: this.u64() }, () => this.value(element));
      }
      case 10:
        return file.readBigUInt64LE(this.#take(8));
      case 11:
        return file.readBigInt64LE(this.#take(8));
      case 12:
        return file.readDoubleLE(this.#take(8));
      default:
        throw new Error(`GGUF value type ${type} is not known`);
    }
  }
}
