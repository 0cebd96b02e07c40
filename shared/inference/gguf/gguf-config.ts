import { z } from 'zod';
import { ggufPieces } from './gguf-pieces.ts';
import { GGUF_EMBEDDING, GGUF_HEAD, writtenDtype } from './gguf-weights.ts';
import { partialGguf, unsupportedGguf } from './invalid-gguf.ts';
import { llama3Scaling, ROPE_FACTORS } from './llama3-scaling.ts';
import { metadataPart } from './metadata-part.ts';
import type { GgufFile } from './read-gguf.ts';

/** Classes of transformers by llama.cpp's names of architectures, which are its own model types as well. */
const ARCHITECTURES = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
} as const;

const General = z.object({
  'general.architecture': z.enum(Object.keys(ARCHITECTURES) as (keyof typeof ARCHITECTURES)[]),
  'general.quantization_version': z.literal(2).optional(),
  /** Files that a model was split into; one by itself is none. */
  'split.count': z.number().max(1).optional(),
});

const count = z.number().int().positive();

/** Strict: what is not known here may change what the model computes. */
const Shape = z.strictObject({
  block_count: count,
  context_length: count,
  embedding_length: count,
  feed_forward_length: count,
  vocab_size: count.optional(),
  'attention.head_count': count,
  'attention.head_count_kv': count.optional(),
  'attention.key_length': count.optional(),
  'attention.value_length': count.optional(),
  'attention.layer_norm_rms_epsilon': z.number().positive(),
  'attention.causal': z.literal(true).optional(),
  'rope.freq_base': z.number().positive().default(10_000),
  'rope.dimension_count': count.optional(),
  'rope.scaling.type': z.literal('none').optional(),
  'rope.scale_linear': z.literal(1).optional(),
  expert_count: z.literal(0).optional(),
  expert_used_count: z.literal(0).optional(),
  /** Of which program's files the model was made; its layout is the same. */
  tensor_data_layout: z.string().optional(),
});
type Shape = z.infer<typeof Shape>;

/**
 * `config.json` of the model in a GGUF file, without the ids of its tokens.
 *
 * @throws {KnownError} `gguf-unsupported`, which names the field; `gguf-invalid`
 */
export async function ggufConfig(file: GgufFile): Promise<Readonly<Record<string, unknown>>> {
  const { 'general.architecture': architecture } = metadataPart(file, '', General);
  const shape = metadataPart(file, `${architecture}.`, Shape);
  const theta = shortest(shape['rope.freq_base']);
  const embedding = file.tensors.get(GGUF_EMBEDDING);
  if (!embedding) throw partialGguf(file.path, `it lacks the tensor ${GGUF_EMBEDDING}`);
  return {
    architectures: [ARCHITECTURES[architecture]],
    model_type: architecture,
    num_hidden_layers: shape.block_count,
    hidden_size: shape.embedding_length,
    intermediate_size: shape.feed_forward_length,
    num_attention_heads: shape['attention.head_count'],
    num_key_value_heads: shape['attention.head_count_kv'] ?? shape['attention.head_count'],
    head_dim: headDim(shape, architecture),
    vocab_size: embedding.shape[0],
    max_position_embeddings: shape.context_length,
    rms_norm_eps: shortest(shape['attention.layer_norm_rms_epsilon']),
    rope_theta: theta,
    rope_scaling: await ropeScaling(file, theta),
    hidden_act: 'silu',
    tie_word_embeddings: !file.tensors.has(GGUF_HEAD),
    ...(architecture === 'qwen2' ? {} : { attention_bias: file.tensors.has('blk.0.attn_q.bias') }),
    ...(architecture === 'llama' ? { mlp_bias: false } : { use_sliding_window: false }),
    ...dtypes(file),
  };
}

function headDim(shape: Shape, architecture: string): number {
  const dim = shape['attention.key_length'] ?? shape.embedding_length / shape['attention.head_count'];
  for (const key of ['attention.value_length', 'rope.dimension_count'] as const) {
    const other = shape[key] ?? dim;
    if (other !== dim)
      throw unsupportedGguf(`${architecture}.${key} ${other} beside queries and keys of ${dim} channels`);
  }
  if (!Number.isInteger(dim))
    throw unsupportedGguf(`${architecture}.embedding_length ${shape.embedding_length} with no whole heads`);
  return dim;
}

async function ropeScaling(file: GgufFile, theta: number) {
  const factors = file.tensors.get(ROPE_FACTORS);
  if (!factors) return null;
  if (factors.type !== 'F32') throw unsupportedGguf(`${ROPE_FACTORS} in ${factors.type}`);
  const pieces: Uint8Array[] = [];
  for await (const piece of ggufPieces(file.path, factors)) pieces.push(piece);
  const scaling = llama3Scaling(new Float32Array(Uint8Array.from(Buffer.concat(pieces)).buffer), theta);
  if (!scaling) return null;
  return {
    rope_type: 'llama3',
    factor: scaling.factor,
    low_freq_factor: scaling.lowFreqFactor,
    high_freq_factor: scaling.highFreqFactor,
    original_max_position_embeddings: scaling.originalContext,
  };
}

const TORCH = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/** That of all matrices where they share one, else fp32, which holds any; the second name is that of transformers 4. */
function dtypes({ tensors }: GgufFile): { readonly dtype: string; readonly torch_dtype: string } {
  const matrices = [...tensors.values()].filter(({ shape }) => shape.length > 1);
  const [first, ...others] = new Set(matrices.map(({ type }) => writtenDtype(type)));
  const dtype = TORCH[first !== undefined && others.length === 0 ? first : 'F32'];
  return { dtype, torch_dtype: dtype };
}

/** The shortest decimal of an fp32 number: a file says 0.000001 as 9.99999997e-7. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === Math.fround(value)) return rounded;
  }
  return value;
}
