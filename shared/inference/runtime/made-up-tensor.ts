import { OnnxType } from '../graph/onnx-writer.ts';
import type { BoundTensor } from './graph-session.ts';

/** Numbers between -spread and spread without a pattern, others for another seed. */
export function madeUpTensor(
  dims: readonly number[],
  seed: number,
  spread = 2,
): BoundTensor & { readonly data: Float32Array } {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const data = new Float32Array(new ArrayBuffer(4 * count));
  for (let i = 0; i < count; i++) data[i] = spread * Math.sin((i + 1) * (seed + Math.SQRT2) * 12.9898);
  return { type: OnnxType.F32, dims, data };
}

/** Their bytes, one after the other. */
export function bytesOf(tensors: readonly BoundTensor[]): Buffer {
  return Buffer.concat(tensors.map(({ data }) => new Uint8Array(data.slice().buffer)));
}
