/**
 * The safetensors format: u64 header length, JSON header, tensors. Read strictly, since files come from strangers:
 * lengths are checked before anything is allocated, and every byte of the data belongs to exactly one tensor.
 * @see https://github.com/huggingface/safetensors#format
 */
import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import { isMissing } from './read-json.ts';

/** Bytes per element of the types the format knows and models use. */
const ELEMENT_BYTES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type Dtype = keyof typeof ELEMENT_BYTES;

/** How many bytes a tensor takes. */
export function tensorBytes({ dtype, shape }: Pick<TensorData, 'dtype' | 'shape'>): number {
  return elements(shape) * ELEMENT_BYTES[dtype];
}

/** Where a tensor lies in its file. */
export interface TensorEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface TensorData {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Little-endian elements in row-major order. */
  readonly data: ArrayBufferView;
}

/** The limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

const size = z.number().int().nonnegative();
const Header = z.record(
  z.string(),
  z.object({
    dtype: z.enum(Object.keys(ELEMENT_BYTES) as [Dtype, ...Dtype[]]),
    shape: z.array(size).max(8),
    data_offsets: z.tuple([size, size]),
  }),
);

/**
 * The tensors of a file by name, without reading their data.
 *
 * @throws {KnownError} `model-file-missing`, or `safetensors-invalid` for a file that is truncated or breaks the format
 */
export async function readSafetensorsHeader(path: string): Promise<ReadonlyMap<string, TensorEntry>> {
  const file = await open(path).catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause;
    throw new KnownError('model-file-missing', `There is no file ${path}. Fetch the model folder again.`);
  });
  try {
    return await readHeader(file);
  } catch (cause) {
    if (!(cause instanceof InvalidHeader)) throw cause;
    throw new KnownError(
      'safetensors-invalid',
      `${path} is not a whole safetensors file: ${cause.message}. Fetch it again.`,
      { cause },
    );
  } finally {
    await file.close();
  }
}

/** What goes before the data of a file, and the order in which its tensors follow. */
export interface SafetensorsLayout {
  readonly head: Uint8Array;
  readonly order: readonly string[];
  /** Of all tensors. */
  readonly dataBytes: number;
}

/**
 * How a file with these tensors begins: the same tensors give the same bytes, whatever their order. Larger elements come
 * first, so that every tensor is aligned.
 *
 * @param metadata - what the file says of itself; some readers want `{ format: 'pt' }`
 */
export function layOutSafetensors(
  tensors: Readonly<Record<string, Pick<TensorData, 'dtype' | 'shape'>>>,
  metadata?: Readonly<Record<string, string>>,
): SafetensorsLayout {
  const sorted = Object.entries(tensors).sort(
    ([a, x], [b, y]) => ELEMENT_BYTES[y.dtype] - ELEMENT_BYTES[x.dtype] || (a < b ? -1 : 1),
  );
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape }]) => {
    const start = end;
    end += tensorBytes({ dtype, shape });
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  const header = { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) };
  const encoded = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(encoded.length / 8) * 8;
  const head = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(encoded, 8);
  return { head, order: sorted.map(([name]) => name), dataBytes: end };
}

/** The bytes of a file with these tensors. */
export function writeSafetensors(tensors: Readonly<Record<string, TensorData>>): Uint8Array {
  const { head, order, dataBytes } = layOutSafetensors(tensors);
  const file = new Uint8Array(head.length + dataBytes);
  file.set(head);
  let position = head.length;
  for (const name of order) {
    const { dtype, shape, data } = tensors[name] as TensorData; // the order is of their names
    if (data.byteLength !== tensorBytes({ dtype, shape }))
      throw new Error(`${name}: ${data.byteLength} bytes are not a ${dtype} tensor [${shape.join(', ')}]`);
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

class InvalidHeader extends Error {
  override name = 'InvalidHeader';
}

async function readHeader(file: FileHandle): Promise<ReadonlyMap<string, TensorEntry>> {
  const { size: fileBytes } = await file.stat();
  if (fileBytes < 8)
    throw new InvalidHeader(`it has ${fileBytes} bytes, fewer than the 8 of a header length`);
  const headerBytes = (await read(file, 0, 8)).readBigUInt64LE();
  const room = BigInt(Math.min(fileBytes - 8, MAX_HEADER_BYTES));
  if (headerBytes > room)
    throw new InvalidHeader(`its header claims ${headerBytes} bytes where at most ${room} can be`);
  const dataStart = 8 + Number(headerBytes);
  const header = parseHeader((await read(file, 8, Number(headerBytes))).toString('utf8'));
  const entries = Object.entries(header).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [start, end],
      },
    ]) => {
      const sizeBytes = tensorBytes({ dtype, shape });
      if (end - start !== sizeBytes)
        throw new InvalidHeader(
          `${name} holds ${end - start} bytes, not the ${sizeBytes} of a ${dtype} tensor [${shape.join(', ')}]`,
        );
      return [name, { dtype, shape, offset: dataStart + start, sizeBytes }] as const;
    },
  );
  checkLayout(entries, dataStart, fileBytes);
  return new Map(entries);
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new InvalidHeader(`it ends after ${position + bytesRead} bytes`);
  return buffer;
}

function parseHeader(text: string): z.infer<typeof Header> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidHeader(`its header is not JSON (${messageOf(cause)})`);
  }
  if (value !== null && typeof value === 'object' && '__metadata__' in value) delete value.__metadata__;
  const header = Header.safeParse(value);
  if (!header.success) throw new InvalidHeader(`its header is malformed: ${z.prettifyError(header.error)}`);
  return header.data;
}

/** Tensors must follow each other without gap or overlap and end where the file ends. */
function checkLayout(entries: readonly (readonly [string, TensorEntry])[], start: number, end: number): void {
  let position = start;
  for (const [name, entry] of entries.toSorted(
    ([, a], [, b]) => a.offset - b.offset || a.sizeBytes - b.sizeBytes,
  )) {
    if (entry.offset !== position)
      throw new InvalidHeader(`${name} starts at byte ${entry.offset}, expected ${position}`);
    position += entry.sizeBytes;
    if (position > end) throw new InvalidHeader(`${name} ends at byte ${position}, the file at ${end}`);
  }
  if (position !== end) throw new InvalidHeader(`its tensors end at byte ${position}, the file at ${end}`);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
