import { join } from 'node:path';
import { z } from 'zod';
import { KnownError } from '../errors.ts';
import { readJson, requireJson } from './read-json.ts';

/** The shape of a decoder, from `config.json`; names follow the model code of transformers where they can. */
export interface ModelConfig {
  readonly modelType: 'qwen2' | 'llama';
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  /** Heads of keys and values; each serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  /** Positions the model was made for, prompt and completion together. */
  readonly context: number;
  readonly rope: Rope;
  readonly rmsNormEps: number;
  /** The output head is the embedding table. */
  readonly tiedEmbeddings: boolean;
  readonly qkvBias: boolean;
  readonly outputBias: boolean;
}

export interface Rope {
  readonly theta: number;
  /** Llama 3.1's stretching of low frequencies; `undefined`: plain rotary embedding. */
  readonly llama3: Llama3Scaling | undefined;
}

export interface Llama3Scaling {
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  readonly originalContext: number;
}

/** The longest sum that ONNX Runtime adds in one go; results would depend on the number of threads beyond it. */
const MAX_HEAD_DIM = 128;

const count = z.number().int().positive();

const RopeParameters = z.object({
  rope_type: z.string().optional(),
  /** The name of `rope_type` before transformers 4.43. */
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().optional(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: count.optional(),
});
type RopeParameters = z.infer<typeof RopeParameters>;

const Config = z.object({
  model_type: z.string(),
  num_hidden_layers: count,
  hidden_size: count,
  intermediate_size: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count,
  max_position_embeddings: count,
  rms_norm_eps: z.number().positive(),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  use_sliding_window: z.boolean().default(false),
  quantization_config: z.unknown().optional(),
  rope_theta: z.number().positive().optional(),
  rope_scaling: RopeParameters.nullish(),
  /** Where transformers 5 keeps both of the above. */
  rope_parameters: RopeParameters.nullish(),
});
type Config = z.infer<typeof Config>;

const EndTokens = z.object({
  eos_token_id: z.union([z.number().int(), z.array(z.number().int())]).nullish(),
});

/**
 * Reads `config.json` of a Hugging Face folder.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid`, or `model-unsupported` for a model whose
 *   architecture the decoder does not compute exactly
 */
export async function readModelConfig(directory: string): Promise<ModelConfig> {
  return toModelConfig(await requireJson(join(directory, 'config.json'), Config));
}

/** Tokens that end a completion: those of `generation_config.json`, else of `config.json`. */
export async function readEndTokens(directory: string): Promise<readonly number[]> {
  for (const file of ['generation_config.json', 'config.json']) {
    const ids = (await readJson(join(directory, file), EndTokens))?.eos_token_id;
    const named = [ids ?? []].flat().filter((id) => id >= 0); // -1 says none
    if (named.length > 0) return named;
  }
  return [];
}

function toModelConfig(config: Config): ModelConfig {
  const { model_type: modelType } = config;
  if (modelType !== 'qwen2' && modelType !== 'llama') throw unsupported(`model_type ${modelType}`);
  if (config.hidden_act !== 'silu') throw unsupported(`hidden_act ${config.hidden_act}`);
  if (config.use_sliding_window) throw unsupported('use_sliding_window');
  if (config.mlp_bias) throw unsupported('mlp_bias');
  if (config.quantization_config) throw unsupported('quantization_config');
  const heads = config.num_attention_heads;
  const kvHeads = config.num_key_value_heads ?? heads;
  const headDim = config.head_dim ?? config.hidden_size / heads;
  if (heads % kvHeads !== 0 || headDim % 2 !== 0 || headDim > MAX_HEAD_DIM)
    throw unsupported(`${heads} heads of size ${headDim} with ${kvHeads} key-value heads`);
  return {
    modelType,
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    intermediate: config.intermediate_size,
    heads,
    kvHeads,
    headDim,
    vocabulary: config.vocab_size,
    context: config.max_position_embeddings,
    rope: toRope(config),
    rmsNormEps: config.rms_norm_eps,
    tiedEmbeddings: config.tie_word_embeddings,
    qkvBias: modelType === 'qwen2' || config.attention_bias,
    outputBias: modelType === 'llama' && config.attention_bias,
  };
}

function toRope(config: Config): Rope {
  const parameters = config.rope_parameters ?? config.rope_scaling ?? {};
  const theta = parameters.rope_theta ?? config.rope_theta ?? 10_000;
  if ((parameters.partial_rotary_factor ?? 1) !== 1) throw unsupported('partial_rotary_factor');
  const type = parameters.rope_type ?? parameters.type ?? 'default';
  if (type === 'default') return { theta, llama3: undefined };
  if (type === 'llama3') return { theta, llama3: toLlama3(parameters) };
  throw unsupported(`rope type ${type}`);
}

function toLlama3(parameters: RopeParameters): Llama3Scaling {
  const {
    factor,
    low_freq_factor: lowFreqFactor,
    high_freq_factor: highFreqFactor,
    original_max_position_embeddings: originalContext,
  } = parameters;
  if (!factor || !lowFreqFactor || !highFreqFactor || !originalContext)
    throw unsupported('rope type llama3 without all of its four numbers');
  return { factor, lowFreqFactor, highFreqFactor, originalContext };
}

function unsupported(what: string): KnownError {
  return new KnownError(
    'model-unsupported',
    `The decoder computes Qwen2 and Llama models in their plain form, and config.json has ${what}. ` +
      'Choose another model, or generate through an inference server.',
  );
}
