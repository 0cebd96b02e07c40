import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors.ts';
import type { Weight } from './model-weights.ts';

const PIECE_BYTES = 1 << 20;

/**
 * The bytes of a tensor in pieces of whole elements, each in memory of its own.
 *
 * @param pieceBytes - size of each but the last
 * @throws {KnownError} `safetensors-invalid`
 */
export async function* tensorPieces(
  directory: string,
  weight: Weight,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await using file = await open(join(directory, weight.file));
  for (let start = 0; start < weight.sizeBytes; start += pieceBytes) {
    const length = Math.min(pieceBytes, weight.sizeBytes - start);
    yield await read(file, weight.offset + start, length);
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, position);
  if (bytesRead < length) throw new KnownError('safetensors-invalid', 'A file of weights became shorter.');
  return buffer;
}
