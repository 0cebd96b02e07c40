import type { ModelConfig } from '../model-config.ts';
import { type GraphBuilder, ints } from './graph-builder.ts';

/** What the size of a head must be a multiple of in the attention operator. */
const STEP = 16;

/**
 * The size of a head in the cache: that of the model, padded by zeros at the end of each half where the operator asks for more.
 * Halves, since the rotary embedding turns element i of the first with element i of the second.
 */
export function cacheDim({ headDim }: Pick<ModelConfig, 'headDim'>): number {
  return Math.ceil(headDim / STEP) * STEP;
}

/** A weight of a model, [heads · D, hidden] or [heads · D], with heads as they are in the cache. */
export function padRows(
  weight: string,
  rest: readonly number[],
  graph: GraphBuilder,
  config: ModelConfig,
): string {
  const { headDim } = config;
  const missing = (cacheDim(config) - headDim) / 2;
  if (missing === 0) return weight;
  const halves = graph.op('Reshape', [weight, graph.shape([-1, headDim / 2, ...rest])]);
  const ends = rest.map(() => 0);
  const padded = graph.op('Pad', [halves, graph.shape([0, 0, ...ends, 0, missing, ...ends])]);
  return graph.op('Reshape', [padded, graph.shape([-1, ...rest])]);
}

/** A weight of a model, [hidden, heads · D], likewise. */
export function padColumns(weight: string, graph: GraphBuilder, config: ModelConfig): string {
  if (cacheDim(config) === config.headDim) return weight;
  const turn = (matrix: string) => graph.op('Transpose', [matrix], { attributes: { perm: ints([1, 0]) } });
  return turn(padRows(turn(weight), [config.hidden], graph, config));
}

/** What a model computed, [B, S, heads · D], likewise. */
export function padActivations(value: string, graph: GraphBuilder, config: ModelConfig): string {
  const { headDim } = config;
  const missing = (cacheDim(config) - headDim) / 2;
  if (missing === 0) return value;
  const halves = graph.op('Reshape', [value, graph.shape([0, 0, -1, headDim / 2])]);
  const padded = graph.op('Pad', [halves, graph.shape([0, 0, 0, 0, 0, 0, 0, missing])]);
  return graph.op('Reshape', [padded, graph.shape([0, 0, -1])]);
}
