import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { KnownError } from '../errors.ts';
import { readJson, requireJson } from './read-json.ts';

/** The shape of a decoder, from `config.json`; names follow the model code of transformers where they can. */
export interface ModelConfig {
  readonly modelType: 'qwen2' | 'qwen3' | 'llama';
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
  /** Queries and keys are normalised head by head before they are rotated. */
  readonly qkNorm: boolean;
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

/** Strict: what is not known here, transformers may well compute with. */
const RopeParameters = z.strictObject({
  rope_type: z.string().optional(),
  /** The name of `rope_type` before transformers 4.43. */
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().nullish(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: count.optional(),
});
type RopeParameters = z.infer<typeof RopeParameters>;

const Config = z.object({
  model_type: z.string(),
  architectures: z.array(z.string()).nullish(),
  num_hidden_layers: count,
  hidden_size: count,
  intermediate_size: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count,
  pad_token_id: z.number().int().nullish(),
  max_position_embeddings: count,
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  use_sliding_window: z.boolean().default(false),
  sliding_window: count.nullish(),
  layer_types: z.array(z.string()).nullish(),
  dtype: z.string().nullish(),
  torch_dtype: z.string().nullish(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().nullish(),
  original_max_position_embeddings: count.nullish(),
  // Only those of the one that counts are looked at.
  rope_scaling: z.record(z.string(), z.unknown()).nullish(),
  /** Where transformers 5 keeps all of the above. */
  rope_parameters: z.record(z.string(), z.unknown()).nullish(),
  quantization_config: z.unknown().optional(),
  compression_config: z.unknown().optional(),
  attention_chunk_size: z.unknown().optional(),
  kv_sharing_modes: z.unknown().optional(),
  per_layer_config: z.unknown().optional(),
  text_config: z.unknown().optional(),
  transformers_weights: z.unknown().optional(),
});
type Config = z.infer<typeof Config>;

/** What makes transformers compute, or read, something else than the plain form. */
const FOREIGN = [
  'quantization_config',
  'compression_config',
  'attention_chunk_size',
  'kv_sharing_modes',
  'per_layer_config',
  'text_config',
  'transformers_weights',
] as const satisfies readonly (keyof Config)[];

/** Torch's names of what weights may be stored in; transformers ends at others. */
const DTYPES = new Set(['float32', 'float', 'float16', 'half', 'bfloat16', 'float64', 'double']);

/** Of Qwen where the config is silent: the defaults of transformers' own classes. */
const QWEN_KV_HEADS = 32;
const QWEN3_HEAD_DIM = 128;

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

/** As transformers 5 reads it, whose defaults and priorities differ between the model types. */
function toModelConfig(config: Config): ModelConfig {
  const { model_type: modelType } = config;
  if (modelType !== 'qwen2' && modelType !== 'qwen3' && modelType !== 'llama')
    throw unsupported(`model_type ${modelType}`);
  checkPlain(config, modelType);
  return {
    modelType,
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    intermediate: config.intermediate_size,
    ...headsOf(config, modelType),
    vocabulary: config.vocab_size,
    context: config.max_position_embeddings,
    rope: toRope(config),
    rmsNormEps: config.rms_norm_eps,
    tiedEmbeddings: config.tie_word_embeddings,
    qkvBias: modelType === 'qwen2' || config.attention_bias,
    outputBias: modelType !== 'qwen2' && config.attention_bias,
    qkNorm: modelType === 'qwen3',
  };
}

function checkPlain(config: Config, modelType: ModelConfig['modelType']): void {
  const { architectures, layer_types: layerTypes, vocab_size: vocabulary } = config;
  const expected = `${modelType}forcausallm`;
  if (architectures?.length && !architectures.some((name) => name.toLowerCase() === expected))
    throw unsupported(`model_type ${modelType} beside architectures ${architectures.join(', ')}`);
  for (const key of FOREIGN) if (config[key] !== undefined && config[key] !== null) throw unsupported(key);
  for (const key of ['dtype', 'torch_dtype'] as const) {
    const dtype = config[key];
    if (typeof dtype === 'string' && !DTYPES.has(dtype)) throw unsupported(`${key} ${dtype}`);
  }
  if (config.hidden_act !== 'silu') throw unsupported(`hidden_act ${config.hidden_act}`);
  if (config.mlp_bias) throw unsupported('mlp_bias');
  if (config.use_sliding_window) throw unsupported('use_sliding_window');
  if (modelType === 'llama' && config.sliding_window) throw unsupported('sliding_window');
  const others = layerTypes?.filter((type) => type !== 'full_attention') ?? [];
  if (others.length > 0) throw unsupported(`layer_types ${others[0]}`);
  if (layerTypes && layerTypes.length !== config.num_hidden_layers)
    throw unsupported(`${layerTypes.length} layer_types for ${config.num_hidden_layers} layers`);
  const pad = config.pad_token_id ?? 0;
  if (pad >= vocabulary || pad < -vocabulary)
    throw unsupported(`pad_token_id ${pad} outside its vocabulary of ${vocabulary}`);
}

function headsOf(
  config: Config,
  modelType: ModelConfig['modelType'],
): Pick<ModelConfig, 'heads' | 'kvHeads' | 'headDim'> {
  const {
    num_attention_heads: heads,
    num_key_value_heads: given,
    head_dim: dim,
    hidden_size: hidden,
  } = config;
  const isLlama = modelType === 'llama';
  const kvHeads = given ?? (isLlama || given === null ? heads : QWEN_KV_HEADS);
  if (!isLlama && dim === null) throw unsupported('head_dim null');
  if (isLlama && hidden % heads !== 0)
    throw unsupported(`hidden_size ${hidden}, which is no multiple of its ${heads} heads`);
  const headDim = dim ?? (modelType === 'qwen3' ? QWEN3_HEAD_DIM : hidden / heads);
  if (heads % kvHeads !== 0 || headDim % 2 !== 0 || headDim > MAX_HEAD_DIM)
    throw unsupported(`${heads} heads of size ${headDim} with ${kvHeads} key-value heads`);
  return { heads, kvHeads, headDim };
}

function toRope(config: Config): Rope {
  const parameters = ropeParameters(config);
  const theta = parameters.rope_theta ?? config.rope_theta ?? 10_000;
  const rotated = parameters.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  if (rotated !== 1) throw unsupported(`partial_rotary_factor ${rotated}`);
  const type = parameters.rope_type ?? parameters.type ?? 'default';
  if (type === 'default') return { theta, llama3: undefined };
  if (type !== 'llama3') throw unsupported(`rope type ${type}`);
  const llama3 = toLlama3(parameters);
  const outside = config.original_max_position_embeddings ?? llama3.originalContext;
  if (outside !== llama3.originalContext)
    throw unsupported(
      `original_max_position_embeddings ${outside} beside ${llama3.originalContext} of its rope parameters`,
    );
  return { theta, llama3 };
}

/** One of the two places; versions of transformers and servers differ in which of two they believe. */
function ropeParameters({ rope_parameters, rope_scaling }: Config): RopeParameters {
  const given = [rope_parameters, rope_scaling].filter((one) => one && Object.keys(one).length > 0);
  const [first, second] = given;
  if (first && second && !isDeepStrictEqual(first, second))
    throw unsupported('rope_parameters beside another rope_scaling');
  const parsed = RopeParameters.safeParse(first ?? {});
  if (parsed.success) return parsed.data;
  const type = first?.['rope_type'] ?? first?.['type'];
  // Of the types that are not computed here, the name says more than that of a parameter.
  if (typeof type === 'string' && type !== 'default' && type !== 'llama3')
    throw unsupported(`rope type ${type}`);
  throw unsupported(`rope parameters that are not known: ${z.prettifyError(parsed.error)}`);
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
  if (lowFreqFactor >= highFreqFactor)
    throw unsupported(`low_freq_factor ${lowFreqFactor} not below high_freq_factor ${highFreqFactor}`);
  return { factor, lowFreqFactor, highFreqFactor, originalContext };
}

function unsupported(what: string): KnownError {
  return new KnownError(
    'model-unsupported',
    `The decoder computes Qwen2, Qwen3 and Llama models in their plain form, and config.json has ${what}. ` +
      'Choose another model, or generate through an inference server.',
  );
}
