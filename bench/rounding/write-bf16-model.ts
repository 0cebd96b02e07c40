import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { modelTensors } from '#shared/inference/model-tensors.ts';
import { layOutSafetensors } from '#shared/inference/safetensors.ts';

/** As Qwen2.5-1.5B says of itself. */
const CONFIG = {
  model_type: 'qwen2',
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  rope_theta: 1e6,
  hidden_act: 'silu',
  tie_word_embeddings: true,
};

/** Writes a folder of that shape with random weights: either sign, evenly over exponents from 2^-7 to 2^-4. */
export async function writeBf16Model(folder: string, layers: number): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify({ ...CONFIG, num_hidden_layers: layers }));
  const tensors = modelTensors(await readModelConfig(folder));
  const shapes = Object.fromEntries(
    [...tensors].map(([name, shape]) => [name, { dtype: 'BF16', shape } as const]),
  );
  const { head, order } = layOutSafetensors(shapes);
  await using file = await open(join(folder, 'model.safetensors'), 'wx');
  await file.writeFile(head);
  let state = 1;
  for (const name of order) {
    const words = new Uint16Array((shapes[name]?.shape ?? []).reduce((product, size) => product * size));
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13; // xorshift32, Marsaglia 2003
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = 0x3c00 | (state & 0x81ff);
    }
    await file.writeFile(words);
  }
}
