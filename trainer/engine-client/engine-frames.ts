/**
 * Frames of the engine protocol: `u32 header length | u64 body length | JSON header | tensors`, little-endian. The
 * header's `tensors` lists name, dtype, shape and offset of each tensor in the body, offsets 8-byte aligned. The twin
 * is `trainer/engine/oneshot_engine/frames.py`; `test/golden/frames.json` binds both.
 */
import { z } from 'zod';
import { KnownError, messageOf } from '#shared/errors.ts';

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

/**
 * One frame as pieces of bytes, to be sent one after another. Tensors are not copied, so they must not change until
 * then; their memory is taken as it is: all hosts of the engine are little-endian.
 */
export function encodeFrame({ header, tensors }: Frame): Uint8Array[] {
  let size = 0;
  const entries: z.infer<typeof Entry>[] = [];
  const body: Uint8Array[] = [];
  for (const [name, data] of Object.entries(tensors)) {
    const offset = align(size);
    if (offset > size) body.push(new Uint8Array(offset - size));
    entries.push({ name, dtype: dtypeOf(data), shape: [data.length], offset });
    body.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    size = offset + data.byteLength;
  }
  const head = new TextEncoder().encode(JSON.stringify({ ...header, tensors: entries }));
  const prefix = new Uint8Array(PREFIX_BYTES);
  const view = new DataView(prefix.buffer);
  view.setUint32(0, head.length, true);
  view.setBigUint64(4, BigInt(size), true);
  return [prefix, head, ...body];
}

/**
 * Takes bytes as they come and gives back whole frames. The tensors of a frame are views of one piece of memory.
 *
 * @throws {KnownError} `frame-invalid`, before anything of a wrong frame's size is allocated
 */
export class FrameReader {
  #pending: Uint8Array[] = [];
  #size = 0;

  push(chunk: Uint8Array): Frame[] {
    this.#pending.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    for (let next = this.#sizes(); next && this.#size >= next.frame; next = this.#sizes()) {
      frames.push(decodeFrame(this.#take(next.frame, next.bodyStart), next.bodyStart));
    }
    return frames;
  }

  /** Sizes of the next frame in bytes, once its prefix is there. */
  #sizes(): { readonly frame: number; readonly bodyStart: number } | undefined {
    if (this.#size < PREFIX_BYTES) return undefined;
    if ((this.#pending[0] as Uint8Array).length < PREFIX_BYTES) this.#put(this.#take(PREFIX_BYTES, 0));
    const first = this.#pending[0] as Uint8Array;
    const view = new DataView(first.buffer, first.byteOffset);
    const [head, body] = [view.getUint32(0, true), view.getBigUint64(4, true)];
    if (head > MAX_HEADER_BYTES || body > MAX_BODY_BYTES) {
      throw new KnownError('frame-invalid', `A frame of ${head} + ${body} bytes is over the limits.`);
    }
    return { frame: PREFIX_BYTES + head + Number(body), bodyStart: PREFIX_BYTES + head };
  }

  /** The first bytes of what is pending, in memory where the body is aligned. */
  #take(count: number, bodyStart: number): Uint8Array<ArrayBuffer> {
    const padding = align(bodyStart) - bodyStart;
    const taken = Buffer.allocUnsafeSlow(padding + count).subarray(padding); // all of it is set below
    let filled = 0;
    while (filled < count) {
      const chunk = this.#pending.shift() as Uint8Array;
      const used = chunk.subarray(0, count - filled);
      taken.set(used, filled);
      filled += used.length;
      this.#size -= chunk.length;
      if (used.length < chunk.length) this.#put(chunk.subarray(used.length));
    }
    return taken;
  }

  /** Puts bytes back before all others. */
  #put(bytes: Uint8Array): void {
    this.#pending.unshift(bytes);
    this.#size += bytes.length;
  }
}

function decodeFrame(frame: Uint8Array<ArrayBuffer>, bodyStart: number): Frame {
  const body = frame.subarray(bodyStart);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(PREFIX_BYTES, bodyStart));
    const { tensors, ...header } = Header.parse(JSON.parse(text));
    return {
      header,
      tensors: Object.fromEntries(tensors.map((entry) => [entry.name, viewTensor(entry, body)])),
    };
  } catch (cause) {
    throw new KnownError('frame-invalid', `A frame cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function viewTensor(
  { name, dtype, shape, offset }: z.infer<typeof Entry>,
  body: Uint8Array<ArrayBuffer>,
): TensorData {
  const ArrayType = ARRAYS[dtype];
  const length = shape.reduce((product, size) => product * size, 1);
  if (offset + length * ArrayType.BYTES_PER_ELEMENT > body.length)
    throw new RangeError(`the tensor ${name} reaches beyond its frame`);
  return new ArrayType(body.buffer, body.byteOffset + offset, length);
}

function dtypeOf(data: TensorData): keyof typeof ARRAYS {
  if (data instanceof Int32Array) return 'i32';
  if (data instanceof Float32Array) return 'f32';
  return data instanceof Float64Array ? 'f64' : 'u8';
}

function align(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
