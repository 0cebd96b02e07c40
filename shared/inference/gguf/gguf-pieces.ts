import { type FileHandle, open } from 'node:fs/promises';
import { KnownError } from '../../errors.ts';
import { dequantise } from './dequantise.ts';
import type { GgufTensor } from './read-gguf.ts';
import { BLOCKS } from './tensor-types.ts';

/** At most so much of a file is held at a time, unless one group of rows is larger. */
const PIECE_BYTES = 1 << 20;

/** Rows that change places among themselves: row `i` of each group is row `order[i]` of that group in the file. */
export type RowOrder = readonly number[];

/**
 * The elements of a tensor in pieces: fp16 and bf16 as they are, all others as fp32.
 *
 * @param order - `undefined`: rows stay where they are
 * @throws {KnownError} `gguf-invalid` where the file became shorter
 */
export async function* ggufPieces(
  path: string,
  tensor: GgufTensor,
  order?: RowOrder,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { bytes: blockBytes } = BLOCKS[tensor.type];
  const rowBytes = tensor.sizeBytes / (tensor.shape[0] ?? 1);
  const pieceBytes = order ? order.length * rowBytes : Math.floor(PIECE_BYTES / blockBytes) * blockBytes;
  await using file = await open(path);
  for (let start = 0; start < tensor.sizeBytes; start += pieceBytes) {
    const length = Math.min(pieceBytes, tensor.sizeBytes - start);
    const bytes = await read(file, tensor.offset + start, length);
    yield decoded(tensor, order ? reordered(bytes, rowBytes, order) : bytes);
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position);
  if (bytesRead < length)
    throw new KnownError('gguf-invalid', 'The GGUF file became shorter. Fetch it again.');
  return buffer;
}

function reordered(
  bytes: Uint8Array<ArrayBuffer>,
  rowBytes: number,
  order: RowOrder,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  for (const [row, from] of order.entries())
    result.set(bytes.subarray(from * rowBytes, (from + 1) * rowBytes), row * rowBytes);
  return result;
}

function decoded({ type }: GgufTensor, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (type === 'F32' || type === 'F16' || type === 'BF16') return bytes;
  return new Uint8Array(dequantise(type, bytes).buffer);
}
