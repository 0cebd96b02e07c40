import { locateWeights, type Weight } from '#shared/inference/model-weights.ts';
import { bf16OfFp32, fp32OfBf16, fp32OfFp16 } from '#shared/inference/number-formats.ts';
import type { Dtype } from '#shared/inference/safetensors.ts';
import { tensorPieces } from '#shared/inference/tensor-pieces.ts';
import { totalBytes, type WrittenTensor, writeTensors } from './write-tensors.ts';

/** What weights are written in. */
export type ExportDtype = 'bf16' | 'fp32';

const WRITTEN: Readonly<Record<ExportDtype, Dtype>> = { bf16: 'BF16', fp32: 'F32' };

/**
 * Writes the weights of a model folder in another format, in as few files as may be, without holding a tensor in memory.
 * What is no fp32, fp16 or bf16 is copied as it is.
 *
 * @param onBytes - takes how many bytes were written, and of how many
 * @throws {KnownError} as `locateWeights` and the disk do
 */
export async function writeWeights(
  from: string,
  to: string,
  dtype: ExportDtype,
  onBytes: (doneBytes: number, totalBytes: number) => void,
  shardBytes?: number,
): Promise<void> {
  const weights = [...(await locateWeights(from))];
  const tensors = new Map(weights.map(([name, weight]) => [name, writtenTensor(from, weight, dtype)]));
  const total = totalBytes(tensors);
  await writeTensors(tensors, to, (doneBytes) => onBytes(doneBytes, total), shardBytes);
}

function writtenTensor(from: string, weight: Weight, dtype: ExportDtype): WrittenTensor {
  return {
    shape: weight.shape,
    dtype: writtenDtype(weight, dtype),
    async *pieces() {
      for await (const piece of tensorPieces(from, weight)) yield converted(piece, weight.dtype, dtype);
    },
  };
}

function writtenDtype(weight: Pick<Weight, 'dtype'>, dtype: ExportDtype): Dtype {
  return weight.dtype === 'F32' || weight.dtype === 'F16' || weight.dtype === 'BF16'
    ? WRITTEN[dtype]
    : weight.dtype;
}

/** @param piece - whole elements at the start of its memory */
function converted(piece: Uint8Array<ArrayBuffer>, from: Dtype, to: ExportDtype): Uint8Array {
  if (writtenDtype({ dtype: from }, to) === from) return piece;
  const words = fp32Of(piece, from);
  return bytesOf(to === 'fp32' ? words : bf16OfFp32(words));
}

function fp32Of({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>, from: Dtype): Uint32Array {
  if (from === 'F32') return new Uint32Array(buffer, byteOffset, byteLength / 4);
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  return from === 'BF16' ? fp32OfBf16(halves) : fp32OfFp16(halves);
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
