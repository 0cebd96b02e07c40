import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../../errors.ts';
import type { Weight } from '../model-weights.ts';
import { fp32OfBf16, fp32OfFp16 } from '../number-formats.ts';

/** Rows that are in memory at a time, in bytes of the file. */
const PIECE_BYTES = 4 << 20;

/**
 * The rows of a weight [N, K] in fp32, in their order; each is valid until the next is asked for.
 *
 * @throws {KnownError} `safetensors-invalid` where the file became shorter
 */
export async function* matrixRows(directory: string, weight: Weight): AsyncGenerator<Float32Array> {
  const [count, inner] = weight.shape as [number, number];
  const rowBytes = weight.sizeBytes / count;
  const step = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
  await using file = await open(join(directory, weight.file));
  for (let first = 0; first < count; first += step) {
    const rows = Math.min(step, count - first);
    const values = toFp32(await read(file, weight.offset + first * rowBytes, rows * rowBytes), weight);
    for (let row = 0; row < rows; row++) yield values.subarray(row * inner, (row + 1) * inner);
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<ArrayBuffer> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position);
  if (bytesRead < length) throw new KnownError('safetensors-invalid', 'A file of weights became shorter.');
  return buffer.buffer;
}

function toFp32(bytes: ArrayBuffer, { dtype }: Weight): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes);
    case 'BF16':
      return new Float32Array(fp32OfBf16(new Uint16Array(bytes)).buffer);
    case 'F16':
      return new Float32Array(fp32OfFp16(new Uint16Array(bytes)).buffer);
    default:
      throw new Error(`a ${dtype} tensor is no matrix of a model`); // checkTensors refused it
  }
}
