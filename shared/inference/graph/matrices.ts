import type { ModelConfig } from '../model-config.ts';
import { EMBEDDING, HEAD } from '../model-tensors.ts';
import { cacheDim } from './head-padding.ts';

/** A matrix by which the decoder multiplies: some of the model's, one under the other, so that one product serves them all. */
export interface Matrix {
  readonly name: string;
  /** Tensors [N, K] of the same K. */
  readonly parts: readonly string[];
  /** Tensors [N], or none. */
  readonly biases: readonly string[];
  /** K, and the sum of the parts' N, with heads as they are in the cache. */
  readonly inner: number;
  readonly outer: number;
  /** Which axis of each part runs over heads: the rows of queries, keys and values, the columns of what mixes them. */
  readonly heads: 'rows' | 'columns' | undefined;
  /** The norm before it, whose gains scale its columns; what reads anything else has none. */
  readonly norm: string | undefined;
}

/** All matrices of a model, in the order in which the decoder needs them. */
export function matricesOf(config: ModelConfig): readonly Matrix[] {
  return [
    ...Array.from({ length: config.layers }, (_, layer) => layerMatrices(config, layer)).flat(),
    headMatrix(config),
  ];
}

function layerMatrices(config: ModelConfig, layer: number): Matrix[] {
  const { hidden, intermediate, heads, kvHeads, headDim, qkvBias, qkNorm, outputBias } = config;
  const prefix = `model.layers.${layer}`;
  const attention = `${prefix}.self_attn`;
  const feedForward = `${prefix}.mlp`;
  const dim = cacheDim(config);
  const weights = (prefix: string, names: readonly string[]) =>
    names.map((name) => `${prefix}.${name}.weight`);
  const biases = (names: readonly string[]) => names.map((name) => `${attention}.${name}.bias`);
  const queryKeyValue = ['q_proj', 'k_proj', 'v_proj'];
  return [
    {
      name: `${attention}.qkv_proj`,
      parts: weights(attention, queryKeyValue),
      biases: qkvBias ? biases(queryKeyValue) : [],
      inner: hidden,
      outer: (heads + 2 * kvHeads) * (qkNorm ? headDim : dim),
      heads: qkNorm ? undefined : 'rows', // norms are over what the model has
      norm: `${prefix}.input_layernorm`,
    },
    {
      name: `${attention}.o_proj`,
      parts: weights(attention, ['o_proj']),
      biases: outputBias ? biases(['o_proj']) : [],
      inner: heads * dim,
      outer: hidden,
      heads: 'columns',
      norm: undefined,
    },
    {
      name: `${feedForward}.gate_up_proj`,
      parts: weights(feedForward, ['gate_proj', 'up_proj']),
      biases: [],
      inner: hidden,
      outer: 2 * intermediate,
      heads: undefined,
      norm: `${prefix}.post_attention_layernorm`,
    },
    {
      name: `${feedForward}.down_proj`,
      parts: weights(feedForward, ['down_proj']),
      biases: [],
      inner: intermediate,
      outer: hidden,
      heads: undefined,
      norm: undefined,
    },
  ];
}

function headMatrix({ tiedEmbeddings, hidden, vocabulary }: ModelConfig): Matrix {
  const parts = [tiedEmbeddings ? EMBEDDING : HEAD];
  const [inner, outer] = [hidden, vocabulary];
  return { name: 'lm_head', parts, biases: [], inner, outer, heads: undefined, norm: 'model.norm' };
}
