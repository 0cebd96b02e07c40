import type { Weight } from '../model-weights.ts';
import { fp32OfBf16, fp32OfFp16 } from '../number-formats.ts';
import { tensorPieces } from '../tensor-pieces.ts';

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
  for await (const { buffer } of tensorPieces(directory, weight, step * rowBytes)) {
    const values = toFp32(buffer, weight);
    for (let start = 0; start < values.length; start += inner) yield values.subarray(start, start + inner);
  }
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
