import type { ModelConfig } from '#shared/inference/model-config.ts';

/** How many numbers a model has, by where they lie. */
export interface ParameterCounts {
  /** The table of embeddings, which is the output head too where they are tied. */
  readonly embedding: number;
  /** A head of its own, else 0. */
  readonly head: number;
  /** Of one layer. */
  readonly layer: number;
  readonly total: number;
}

export type Shape = Pick<
  ModelConfig,
  | 'layers'
  | 'hidden'
  | 'intermediate'
  | 'heads'
  | 'kvHeads'
  | 'headDim'
  | 'vocabulary'
  | 'context'
  | 'tiedEmbeddings'
  | 'qkvBias'
  | 'outputBias'
  | 'qkNorm'
>;

/** Of a decoder by its shape, as `shared/inference/model-tensors.ts` names its tensors. */
export function parameterCounts(shape: Shape): ParameterCounts {
  const { layers, hidden, intermediate, heads, kvHeads, headDim, vocabulary } = shape;
  const queries = heads * headDim;
  const keys = kvHeads * headDim;
  const biases = (shape.qkvBias ? queries + 2 * keys : 0) + (shape.outputBias ? hidden : 0);
  const norms = 2 * hidden + (shape.qkNorm ? 2 * headDim : 0);
  const layer = 2 * hidden * (queries + keys) + biases + 3 * hidden * intermediate + norms;
  const embedding = vocabulary * hidden;
  const head = shape.tiedEmbeddings ? 0 : embedding;
  return { embedding, head, layer, total: embedding + head + layers * layer + hidden };
}
