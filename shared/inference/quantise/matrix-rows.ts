import type { Weight } from '../model-weights.ts';
import { fp32OfBf16, fp32OfFp16 } from '../number-formats.ts';
import { tensorPieces } from '../tensor-pieces.ts';

/** Rows that are in memory at a time, in bytes of the file. */
const PIECE_BYTES = 1 << 20;

/**
 * The rows of a weight [N, K] in fp32, in their order, several at a time: [rows, K], each valid until the next are asked for.
 *
 * @throws {KnownError} `safetensors-invalid` where the file became shorter
 */
export async function* matrixRows(directory: string, weight: Weight): AsyncGenerator<Float32Array> {
  const rowBytes = weight.sizeBytes / (weight.shape[0] as number);
  const pieceBytes = Math.min(weight.sizeBytes, Math.max(1, Math.floor(PIECE_BYTES / rowBytes)) * rowBytes);
  const widened = new Uint32Array(weight.dtype === 'F32' ? 0 : pieceBytes / 2);
  for await (const { buffer } of tensorPieces(directory, weight, pieceBytes))
    yield toFp32(buffer, weight, widened);
}

/** @param widened - memory for numbers of two bytes */
function toFp32(bytes: ArrayBuffer, { dtype }: Weight, widened: Uint32Array<ArrayBuffer>): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(bytes);
    case 'BF16':
      fp32OfBf16(new Uint16Array(bytes), widened);
      break;
    case 'F16':
      fp32OfFp16(new Uint16Array(bytes), widened);
      break;
    default:
      throw new Error(`a ${dtype} tensor is no matrix of a model`); // checkTensors refused it
  }
  return new Float32Array(widened.buffer, 0, bytes.byteLength / 2);
}
