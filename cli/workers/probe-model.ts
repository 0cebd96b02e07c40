import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { modelTensors } from '#shared/inference/model-tensors.ts';
import { layOutSafetensors, type TensorData } from '#shared/inference/safetensors.ts';

/** Six layers as a model of some hundred million parameters has them, 41 million together. */
const CONFIG = {
  model_type: 'qwen2',
  num_hidden_layers: 6,
  hidden_size: 768,
  intermediate_size: 2048,
  num_attention_heads: 12,
  num_key_value_heads: 4,
  head_dim: 64,
  vocab_size: 4096,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: true,
  rope_theta: 10_000,
  hidden_act: 'silu',
};

/** Writes a model whose weights are all 0, which take as long as others to compute with, and no room on the disk. */
export async function writeProbeModel(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(CONFIG));
  const tensors: Record<string, Pick<TensorData, 'dtype' | 'shape'>> = {};
  for (const [name, shape] of modelTensors(await readModelConfig(folder)))
    tensors[name] = { dtype: 'F32', shape };
  const { head, dataBytes } = layOutSafetensors(tensors);
  const path = join(folder, 'model.safetensors');
  await writeFile(path, head);
  await truncate(path, head.length + dataBytes);
}
