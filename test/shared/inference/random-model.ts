import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMBEDDING } from '#shared/inference/model-tensors.ts';
import { type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';

export interface Shape {
  readonly layers: number;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** The microcosm's shape. */
export const microcosm: Shape = {
  layers: 3,
  hidden: 128,
  intermediate: 256,
  heads: 4,
  kvHeads: 2,
  headDim: 32,
  vocabulary: 166,
  context: 512,
};

/** Writes a Hugging Face folder of a random tied Qwen2 model and answers its path. */
export async function writeRandomModel(shape: Shape, seed = 1): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'oneshot-model-'));
  await writeFile(join(directory, 'config.json'), JSON.stringify(randomConfig(shape)));
  await writeFile(join(directory, 'model.safetensors'), writeSafetensors(randomTensors(shape, seed)));
  return directory;
}

/** Its `config.json`. */
export function randomConfig(shape: Shape) {
  return {
    model_type: 'qwen2',
    num_hidden_layers: shape.layers,
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    vocab_size: shape.vocabulary,
    max_position_embeddings: shape.context,
    rms_norm_eps: 1e-6,
    tie_word_embeddings: true,
    rope_theta: 10_000,
    hidden_act: 'silu',
  };
}

export function randomTensors(shape: Shape, seed: number): Record<string, TensorData> {
  const { hidden, intermediate, vocabulary } = shape;
  const queryWidth = shape.heads * shape.headDim;
  const cacheWidth = shape.kvHeads * shape.headDim;
  const random = new RandomStream(seed, 0);
  const tensors: Record<string, TensorData> = {};
  const add = (name: string, dims: readonly number[]) => {
    const { mean, std } = momentsOf(name, dims);
    const data = new Float32Array(dims.reduce((a, b) => a * b)).map(() => mean + std * random.normal());
    tensors[name] = { dtype: 'F32', shape: dims, data };
  };
  add('model.embed_tokens.weight', [vocabulary, hidden]);
  add('model.norm.weight', [hidden]);
  for (let layer = 0; layer < shape.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const linear = (name: string, width: number, input: number) =>
      add(`${prefix}.${name}.weight`, [width, input]);
    for (const [name, width] of [
      ['q_proj', queryWidth],
      ['k_proj', cacheWidth],
      ['v_proj', cacheWidth],
    ] as const) {
      linear(`self_attn.${name}`, width, hidden);
      add(`${prefix}.self_attn.${name}.bias`, [width]);
    }
    linear('self_attn.o_proj', hidden, queryWidth);
    linear('mlp.gate_proj', intermediate, hidden);
    linear('mlp.up_proj', intermediate, hidden);
    linear('mlp.down_proj', hidden, intermediate);
    add(`${prefix}.input_layernorm.weight`, [hidden]);
    add(`${prefix}.post_attention_layernorm.weight`, [hidden]);
  }
  return tensors;
}

/** With which outputs of layers neither vanish nor grow without end. */
export function momentsOf(
  name: string,
  [, input = 1]: readonly number[],
): { readonly mean: number; readonly std: number } {
  if (name.endsWith('norm.weight')) return { mean: 1, std: 0.1 };
  if (name.endsWith('.bias')) return { mean: 0, std: 0.3 };
  return { mean: 0, std: name === EMBEDDING ? 0.15 : 1.5 / Math.sqrt(input) };
}
