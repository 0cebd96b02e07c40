/**
 * Frames of the engine protocol: `u32 header length | u64 body length | JSON header | tensors`, little-endian. The
 * header's `tensors` lists name, dtype, shape and offset of each tensor in the body, offsets 8-byte aligned. The twin
 * is `oneshot_engine/frames.py`; `test/golden/frames.json` binds both.
 */
import { z } from 'zod';
import { KnownError, messageOf } from './errors.ts';

/** A tensor on the wire is flat here: its dtype is the class of the array. */
export type TensorData = Int32Array | Float32Array | Float64Array | Uint8Array;

export interface Frame {
  readonly header: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, TensorData>>;
}

const PREFIX_BYTES = 12;
const MAX_HEADER_BYTES = 2 ** 24;
const MAX_BODY_BYTES = 2 ** 34;
const ALIGNMENT = 8;
const ARRAYS = { i32: Int32Array, f32: Float32Array, f64: Float64Array, u8: Uint8Array } as const;

const Entry = z.object({
  name: z.string(),
  dtype: z.enum(['i32', 'f32', 'f64', 'u8']),
  shape: z.array(z.number().int().nonnegative()),
  offset: z.number().int().nonnegative().multipleOf(ALIGNMENT),
});
const Header = z.looseObject({ tensors: z.array(Entry).default([]) });

/** One frame as bytes. Array memory is taken as it is: all hosts of the engine are little-endian. */
export function encodeFrame({ header, tensors }: Frame): Uint8Array {
  let size = 0;
  const entries = Object.entries(tensors).map(([name, data]) => {
    const offset = align(size);
    size = offset + data.byteLength;
    return { name, dtype: dtypeOf(data), shape: [data.length], offset, data };
  });
  const described = entries.map(({ data: _, ...entry }) => entry);
  const head = new TextEncoder().encode(JSON.stringify({ ...header, tensors: described }));
  const frame = new Uint8Array(PREFIX_BYTES + head.length + size);
  const view = new DataView(frame.buffer);
  view.setUint32(0, head.length, true);
  view.setBigUint64(4, BigInt(size), true);
  frame.set(head, PREFIX_BYTES);
  for (const { data, offset } of entries) {
    frame.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      PREFIX_BYTES + head.length + offset,
    );
  }
  return frame;
}

/**
 * Takes bytes as they come and gives back whole frames.
 *
 * @throws {KnownError} `frame-invalid`, before anything of a wrong frame's size is allocated
 */
export class FrameReader {
  #pending: Uint8Array[] = [];
  #size = 0;

  push(chunk: Uint8Array): Frame[] {
    // As a plain Uint8Array: `slice` of a Node Buffer, which sockets give, would not copy.
    this.#pending.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    this.#size += chunk.length;
    const frames: Frame[] = [];
    for (let needed = this.#needed(); needed !== undefined && this.#size >= needed; needed = this.#needed()) {
      frames.push(decodeFrame(this.#take(needed)));
    }
    return frames;
  }

  /** Bytes of the next frame, once its prefix is there. */
  #needed(): number | undefined {
    if (this.#size < PREFIX_BYTES) return undefined;
    if ((this.#pending[0] as Uint8Array).length < PREFIX_BYTES) this.#pending = [concat(this.#pending)];
    const first = this.#pending[0] as Uint8Array;
    const view = new DataView(first.buffer, first.byteOffset);
    const [head, body] = [view.getUint32(0, true), view.getBigUint64(4, true)];
    if (head > MAX_HEADER_BYTES || body > MAX_BODY_BYTES) {
      throw new KnownError('frame-invalid', `A frame of ${head} + ${body} bytes is over the limits.`);
    }
    return PREFIX_BYTES + head + Number(body);
  }

  #take(count: number): Uint8Array {
    const all = this.#pending.length === 1 ? (this.#pending[0] as Uint8Array) : concat(this.#pending);
    const rest = all.subarray(count);
    this.#pending = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return all.subarray(0, count);
  }
}

function decodeFrame(frame: Uint8Array): Frame {
  const head = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  const body = frame.subarray(PREFIX_BYTES + head);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      frame.subarray(PREFIX_BYTES, PREFIX_BYTES + head),
    );
    const { tensors, ...header } = Header.parse(JSON.parse(text));
    return {
      header,
      tensors: Object.fromEntries(tensors.map((entry) => [entry.name, decodeTensor(entry, body)])),
    };
  } catch (cause) {
    throw new KnownError('frame-invalid', `A frame cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function decodeTensor({ name, dtype, shape, offset }: z.infer<typeof Entry>, body: Uint8Array): TensorData {
  const ArrayType = ARRAYS[dtype];
  const end = offset + shape.reduce((product, size) => product * size, 1) * ArrayType.BYTES_PER_ELEMENT;
  if (end > body.length) throw new RangeError(`the tensor ${name} reaches beyond its frame`);
  // Copied: the frame starts anywhere in memory, arrays of words must not.
  return new ArrayType(body.slice(offset, end).buffer);
}

function dtypeOf(data: TensorData): keyof typeof ARRAYS {
  if (data instanceof Int32Array) return 'i32';
  if (data instanceof Float32Array) return 'f32';
  return data instanceof Float64Array ? 'f64' : 'u8';
}

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
