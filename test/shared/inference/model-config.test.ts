import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEndTokens, readModelConfig } from '#shared/inference/model-config.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oneshot-config-'));
});
afterAll(() => rm(directory, { recursive: true }));

const qwen2 = {
  model_type: 'qwen2',
  num_hidden_layers: 28,
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 4096,
  rms_norm_eps: 1e-6,
  rope_theta: 10_000,
  tie_word_embeddings: true,
  use_sliding_window: false,
  sliding_window: 4096,
  hidden_act: 'silu',
  eos_token_id: 151_643,
};
const llama = {
  ...qwen2,
  model_type: 'llama',
  sliding_window: null,
  attention_bias: false,
};
const llama3 = {
  rope_type: 'llama3',
  rope_theta: 500_000,
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

async function read(config: unknown) {
  await writeFile(
    join(directory, 'config.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );
  return readModelConfig(directory);
}

describe('readModelConfig', () => {
  it('reads a Qwen2 model, whose queries, keys and values always have biases', async () => {
    expect(await read(qwen2)).toEqual({
      modelType: 'qwen2',
      layers: 28,
      hidden: 1536,
      intermediate: 8960,
      heads: 12,
      kvHeads: 2,
      headDim: 128,
      vocabulary: 151_936,
      context: 4096,
      rope: { theta: 10_000, llama3: undefined },
      rmsNormEps: 1e-6,
      tiedEmbeddings: true,
      qkvBias: true,
      outputBias: false,
      qkNorm: false,
    });
  });

  it('reads a Qwen3 model, whose queries and keys are normalised and whose heads have a size of their own', async () => {
    const { num_key_value_heads: _, ...qwen3 } = { ...qwen2, model_type: 'qwen3', num_attention_heads: 64 };
    expect(await read(qwen3)).toMatchObject({ kvHeads: 32, headDim: 128, qkvBias: false, qkNorm: true });
    const biased = await read({ ...qwen3, head_dim: 64, attention_bias: true });
    expect(biased).toMatchObject({ headDim: 64, qkvBias: true, outputBias: true });
  });

  it('reads a Llama model, whose biases are an option', async () => {
    expect(await read(llama)).toMatchObject({ qkvBias: false, outputBias: false });
    expect(await read({ ...llama, attention_bias: true })).toMatchObject({ qkvBias: true, outputBias: true });
  });

  it('finds the rotary base where older and newer versions of transformers keep it', async () => {
    const { rope_theta: _, ...rest } = qwen2;
    const newer = await read({ ...rest, rope_parameters: { rope_type: 'default', rope_theta: 1e6 } });
    expect(newer.rope.theta).toBe(1e6);
    expect((await read({ ...qwen2, rope_theta: 1e6, rope_scaling: null })).rope.theta).toBe(1e6);
    expect((await read(rest)).rope.theta).toBe(10_000);
  });

  it('reads the scaling of Llama 3', async () => {
    const rope = {
      theta: 500_000,
      llama3: { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalContext: 8192 },
    };
    expect((await read({ ...llama, rope_parameters: llama3 })).rope).toEqual(rope);
    expect((await read({ ...llama, rope_theta: 500_000, rope_scaling: llama3 })).rope).toEqual(rope);
  });

  it('takes the rope parameters of either place, and of both where they say the same', async () => {
    const plain = (await read({ ...llama, rope_theta: 7, rope_parameters: {} })).rope;
    expect(plain).toEqual({ theta: 7, llama3: undefined });
    const same = await read({ ...llama, rope_parameters: llama3, rope_scaling: llama3 });
    expect(same.rope.llama3?.factor).toBe(8);
  });

  it('counts one key-value head per head unless told otherwise', async () => {
    const { num_key_value_heads: _, ...rest } = llama;
    expect((await read(rest)).kvHeads).toBe(12);
  });

  it.each<[string, unknown]>([
    ['model_type mistral', { ...llama, model_type: 'mistral' }],
    ['hidden_act gelu', { ...llama, hidden_act: 'gelu' }],
    ['use_sliding_window', { ...qwen2, use_sliding_window: true }],
    ['mlp_bias', { ...llama, mlp_bias: true }],
    ['quantization_config', { ...llama, quantization_config: { bits: 4 } }],
    ['rope type yarn', { ...qwen2, rope_scaling: { type: 'yarn', factor: 4 } }],
    ['rope type llama3 without', { ...llama, rope_scaling: { ...llama3, factor: undefined } }],
    ['partial_rotary_factor', { ...llama, rope_parameters: { partial_rotary_factor: 0.5 } }],
    ['heads of size', { ...llama, num_key_value_heads: 5 }],
    ['heads of size 256', { ...llama, head_dim: 256 }],
    ['head_dim null', { ...qwen2, head_dim: null }],
    ['no multiple of its 7 heads', { ...llama, num_attention_heads: 7, head_dim: 8 }],
    ['12 heads of size 128 with 32', { ...qwen2, num_key_value_heads: undefined }],
    ['sliding_window', { ...llama, sliding_window: 4096 }],
    ['layer_types sliding_attention', { ...qwen2, layer_types: Array(28).fill('sliding_attention') }],
    ['2 layer_types for 28 layers', { ...qwen2, layer_types: ['full_attention', 'full_attention'] }],
    ['architectures MistralForCausalLM', { ...llama, architectures: ['MistralForCausalLM'] }],
    ['torch_dtype int5', { ...llama, torch_dtype: 'int5' }],
    ['pad_token_id 151936', { ...qwen2, pad_token_id: 151_936 }],
    ['partial_rotary_factor 0.5', { ...llama, partial_rotary_factor: 0.5 }],
    [
      'rope_parameters beside',
      { ...llama, rope_parameters: llama3, rope_scaling: { type: 'yarn', factor: 4 } },
    ],
    ['rope type yarn', { ...llama, rope_scaling: { rope_type: 'yarn', factor: 4, beta_fast: 32 } }],
    ['full_attention', { ...llama, rope_parameters: { full_attention: { rope_theta: 5 } } }],
    [
      'original_max_position_embeddings 4',
      { ...llama, rope_parameters: llama3, original_max_position_embeddings: 4 },
    ],
    ['low_freq_factor 4 not below', { ...llama, rope_parameters: { ...llama3, low_freq_factor: 4 } }],
    ['compression_config', { ...llama, compression_config: { bits: 4 } }],
    ['per_layer_config', { ...llama, per_layer_config: {} }],
    ['transformers_weights', { ...llama, transformers_weights: 'other.safetensors' }],
  ])('refuses %s and says so', async (what, config) => {
    await expect(read(config)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining(what),
    });
  });

  it('refuses what is no config', async () => {
    await expect(read('{')).rejects.toMatchObject({ code: 'model-file-invalid' });
    await expect(read({ ...qwen2, hidden_size: '1536' })).rejects.toMatchObject({
      code: 'model-file-invalid',
      message: expect.stringContaining('hidden_size'),
    });
    await expect(readModelConfig(join(directory, 'none'))).rejects.toMatchObject({
      code: 'model-file-missing',
    });
  });
});

describe('readEndTokens', () => {
  it('prefers the generation config to the config', async () => {
    await read(qwen2);
    expect(await readEndTokens(directory)).toEqual([151_643]);
    await writeFile(join(directory, 'generation_config.json'), '{"eos_token_id":[7,8]}');
    expect(await readEndTokens(directory)).toEqual([7, 8]);
    await writeFile(join(directory, 'generation_config.json'), '{"eos_token_id":null}');
    expect(await readEndTokens(directory)).toEqual([151_643]);
  });
});
