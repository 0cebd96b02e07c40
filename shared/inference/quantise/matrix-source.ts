import type { ModelConfig } from '../model-config.ts';
import type { Weight } from '../model-weights.ts';
import { matrixRows } from './matrix-rows.ts';

/** Where the weights of a model lie. */
export interface MatrixSource {
  readonly directory: string;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly config: ModelConfig;
}

export function weightOf(name: string, { weights }: Pick<MatrixSource, 'weights'>): Weight {
  const weight = weights.get(name);
  if (!weight) throw new Error(`there is no ${name}`); // checkTensors refused it
  return weight;
}

export function vectorOf(name: string, source: MatrixSource): Promise<Float64Array> {
  const weight = weightOf(name, source);
  return rowOf({ ...weight, shape: [1, ...weight.shape] }, 0, source);
}

/** One row of a weight [N, K]: [K]. */
export async function rowOf(weight: Weight, row: number, { directory }: MatrixSource): Promise<Float64Array> {
  const [count = 1, ...width] = weight.shape;
  const sizeBytes = weight.sizeBytes / count;
  const one = { ...weight, offset: weight.offset + row * sizeBytes, sizeBytes, shape: [1, ...width] };
  for await (const values of matrixRows(directory, one)) return new Float64Array(values);
  throw new Error('a weight is empty'); // checkTensors refused it
}
