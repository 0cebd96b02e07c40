import type { ModelConfig } from '../model-config.ts';
import { EMBEDDING, HEAD, modelTensors } from '../model-tensors.ts';
import type { Dtype } from '../safetensors.ts';
import type { RowOrder } from './gguf-pieces.ts';
import { partialGguf, unsupportedGguf } from './invalid-gguf.ts';
import { ROPE_FACTORS } from './llama3-scaling.ts';
import type { GgufFile, GgufTensor } from './read-gguf.ts';
import { BLOCKS, type GgufType } from './tensor-types.ts';

/** llama.cpp's names of what transformers calls so. */
export const GGUF_EMBEDDING = 'token_embd.weight';
export const GGUF_HEAD = 'output.weight';
const WHOLE: Readonly<Record<string, string>> = {
  [EMBEDDING]: GGUF_EMBEDDING,
  [HEAD]: GGUF_HEAD,
  'model.norm.weight': 'output_norm.weight',
};
const OF_LAYER: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

/** A tensor of a model as safetensors will hold it, and where a GGUF file has it. */
export interface GgufWeight {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly source: GgufTensor;
  readonly order: RowOrder | undefined;
}

/**
 * The tensors of a model in a GGUF file: exactly those of its config.
 *
 * @throws {KnownError} `gguf-invalid` where one is missing or of another shape; `gguf-unsupported` where there is one more
 */
export function ggufWeights({ path, tensors }: GgufFile, config: ModelConfig): readonly GgufWeight[] {
  const left = new Set(tensors.keys());
  left.delete(ROPE_FACTORS); // which the config tells
  const weights = [...modelTensors(config)].map(([name, shape]) => {
    const called = ggufName(name);
    left.delete(called);
    return toWeight(name, called, { path, shape, source: tensors.get(called), order: orderOf(name, config) });
  });
  const [more] = left;
  if (more !== undefined) throw unsupportedGguf(`the tensor ${more}, which no ${config.modelType} model has`);
  return weights;
}

/** What a tensor of this type is written as. */
export function writtenDtype(type: GgufType): 'F32' | 'F16' | 'BF16' {
  return type === 'F16' || type === 'BF16' ? type : 'F32';
}

function ggufName(name: string): string {
  const whole = WHOLE[name];
  if (whole !== undefined) return whole;
  const [, layer, part = '', kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
  const translated = OF_LAYER[part];
  if (translated === undefined) throw new Error(`there is no name of GGUF for ${name}`);
  return `blk.${layer}.${translated}.${kind}`;
}

interface Found {
  readonly path: string;
  readonly shape: readonly number[];
  readonly source: GgufTensor | undefined;
  readonly order: RowOrder | undefined;
}

function toWeight(name: string, called: string, { path, shape, source, order }: Found): GgufWeight {
  if (!source) throw partialGguf(path, `it lacks the tensor ${called}`);
  if (source.shape.length !== shape.length || source.shape.some((size, axis) => size !== shape[axis]))
    throw partialGguf(
      path,
      `${called} is [${source.shape.join(', ')}], its metadata ask for [${shape.join(', ')}]`,
    );
  if (order && shape.length === 1 && BLOCKS[source.type].elements > 1)
    throw unsupportedGguf(`${called}, a bias, in ${source.type}`);
  return { name, dtype: writtenDtype(source.type), shape, source, order };
}

/**
 * Llama's queries and keys: llama.cpp turns neighbouring channels of a head, transformers channel i and i + headDim / 2, so
 * that their rows lie in another order. Qwen's are turned as transformers does.
 */
function orderOf(name: string, { modelType, headDim }: ModelConfig): RowOrder | undefined {
  if (modelType !== 'llama' || !/\.self_attn\.[qk]_proj\./.test(name)) return undefined;
  const half = headDim / 2;
  return Array.from({ length: headDim }, (_, row) => 2 * (row % half) + Math.floor(row / half));
}
