import { KnownError } from '../errors.ts';
import type { ModelConfig } from './model-config.ts';
import type { Weight } from './model-weights.ts';
import type { Dtype } from './safetensors.ts';

export const EMBEDDING = 'model.embed_tokens.weight';
export const HEAD = 'lm_head.weight';

/** What the decoder can read; the engine reads the same. */
const READABLE: ReadonlySet<Dtype> = new Set(['F32', 'F16', 'BF16']);

/** Older checkpoints store the rotary frequencies, which the config says already. */
const COMPUTED = /(^|\.)rotary_emb\.inv_freq$/;

/** Name and shape of every tensor that a model of this config consists of, a tied head aside. */
export function modelTensors(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { layers, hidden, intermediate, heads, kvHeads, headDim, vocabulary } = config;
  const tensors = new Map<string, readonly number[]>([[EMBEDDING, [vocabulary, hidden]]]);
  const linear = (name: string, width: number, input: number, biased: boolean) => {
    tensors.set(`${name}.weight`, [width, input]);
    if (biased) tensors.set(`${name}.bias`, [width]);
  };
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    tensors.set(`${prefix}.input_layernorm.weight`, [hidden]);
    linear(`${prefix}.self_attn.q_proj`, heads * headDim, hidden, config.qkvBias);
    linear(`${prefix}.self_attn.k_proj`, kvHeads * headDim, hidden, config.qkvBias);
    linear(`${prefix}.self_attn.v_proj`, kvHeads * headDim, hidden, config.qkvBias);
    linear(`${prefix}.self_attn.o_proj`, hidden, heads * headDim, config.outputBias);
    if (config.qkNorm)
      for (const name of ['q_norm', 'k_norm']) tensors.set(`${prefix}.self_attn.${name}.weight`, [headDim]);
    tensors.set(`${prefix}.post_attention_layernorm.weight`, [hidden]);
    linear(`${prefix}.mlp.gate_proj`, intermediate, hidden, false);
    linear(`${prefix}.mlp.up_proj`, intermediate, hidden, false);
    linear(`${prefix}.mlp.down_proj`, hidden, intermediate, false);
  }
  tensors.set('model.norm.weight', [hidden]);
  if (!config.tiedEmbeddings) tensors.set(HEAD, [vocabulary, hidden]);
  return tensors;
}

/**
 * Checks that files hold exactly the tensors of their config: none less, none of another shape or type, none more.
 *
 * @throws {KnownError} `weight-missing`, `weight-unfit` or `weight-unknown`
 */
export function checkTensors(config: ModelConfig, weights: ReadonlyMap<string, Weight>): void {
  const wanted = modelTensors(config);
  for (const [name, shape] of wanted) {
    const weight = weights.get(name);
    if (!weight) throw missing(name, weights);
    checkTensor(name, weight, shape);
  }
  for (const [name, weight] of weights) {
    if (wanted.has(name) || COMPUTED.test(name)) continue;
    if (name !== HEAD) throw unknown(name, config);
    checkTensor(name, weight, wanted.get(EMBEDDING) ?? []); // of a tied model
  }
}

function checkTensor(name: string, { dtype, shape }: Weight, expected: readonly number[]): void {
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis]))
    throw new KnownError(
      'weight-unfit',
      `${name} is a ${dtype} tensor [${shape.join(', ')}]; config.json asks for [${expected.join(', ')}]. ` +
        'Weights and config are of different models: fetch both again.',
    );
  if (READABLE.has(dtype)) return;
  throw new KnownError(
    'weight-unfit',
    `${name} is a ${dtype} tensor, and F32, F16 and BF16 can be read. Load the model with transformers in ` +
      'dtype=torch.float32 and save it again with save_pretrained.',
  );
}

function missing(name: string, weights: ReadonlyMap<string, Weight>): KnownError {
  const [, bare = name] = /^model\.(.*)$/.exec(name) ?? [];
  const advice = weights.has(bare)
    ? `They hold ${bare}, as a model without a language-model head does: load it with AutoModelForCausalLM and save it again with save_pretrained.`
    : name === HEAD
      ? 'If the head is the embedding table, say tie_word_embeddings: true there; else save the model again as a causal language model.'
      : 'Fetch the model folder again.';
  return new KnownError(
    'weight-missing',
    `The safetensors files do not hold ${name}, which config.json asks for. ${advice}`,
  );
}

function unknown(name: string, { modelType }: ModelConfig): KnownError {
  return new KnownError(
    'weight-unknown',
    `The safetensors files hold ${name}, which no ${modelType} model of this config.json has, so that the model would be ` +
      'computed without it. Fetch config and weights of one model, or save it again with save_pretrained.',
  );
}
