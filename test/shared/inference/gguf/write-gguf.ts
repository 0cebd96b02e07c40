/** GGUF files for tests. @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

const U32 = 4;
const I32 = 5;
const F32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;

export interface Tensor {
  /** ggml's number. */
  readonly type: number;
  /** Slowest axis first, as in safetensors. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export type Value = number | boolean | string | readonly string[] | readonly number[] | Float;
/** A number that is written as fp32. */
export interface Float {
  readonly float: number;
}

export interface Content {
  readonly metadata: Readonly<Record<string, Value>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly version?: number;
  /** Of the tensors' data; it must be said in the metadata as well. */
  readonly alignment?: number;
}

/** The bytes of a file, and where its header and the last of its tensors end. */
export interface Written {
  readonly bytes: Buffer;
  readonly headerEnd: number;
  readonly dataEnd: number;
}

export function writeGguf({ metadata, tensors, version = 3, alignment = 32 }: Content): Written {
  const names = Object.keys(tensors);
  const parts: Buffer[] = [
    Buffer.from('GGUF'),
    u32(version),
    u64(names.length),
    u64(Object.keys(metadata).length),
  ];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), entryOf(value));
  let offset = 0;
  for (const [name, { type, shape, data }] of Object.entries(tensors)) {
    parts.push(text(name), u32(shape.length), ...shape.toReversed().map(u64), u32(type), u64(offset));
    offset += aligned(data.length, alignment);
  }
  const header = Buffer.concat(parts);
  const start = aligned(header.length, alignment);
  const bytes = Buffer.alloc(start + offset);
  header.copy(bytes);
  let position = start;
  let dataEnd = start;
  for (const { data } of Object.values(tensors)) {
    bytes.set(data, position);
    dataEnd = position + data.length;
    position += aligned(data.length, alignment);
  }
  return { bytes, headerEnd: header.length, dataEnd };
}

function aligned(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function entryOf(value: Value): Buffer {
  if (typeof value === 'boolean') return Buffer.concat([u32(BOOL), Buffer.from([Number(value)])]);
  if (typeof value === 'number') return Buffer.concat([u32(U32), u32(value)]);
  if (typeof value === 'string') return Buffer.concat([u32(STRING), text(value)]);
  if ('float' in value) return Buffer.concat([u32(F32), f32(value.float)]);
  const isText = typeof value[0] === 'string';
  const elements = value.map((element) => (typeof element === 'string' ? text(element) : u32(element >>> 0)));
  return Buffer.concat([u32(ARRAY), u32(isText ? STRING : I32), u64(value.length), ...elements]);
}
