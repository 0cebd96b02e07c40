import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '#shared/inference/safetensors.ts';
import { initialWeights } from '#trainer/microcosm/initial-weights.ts';
import { microcosmFiles } from '#trainer/microcosm/tokenizer-files.ts';

const SHAPE = { layers: 30, width: 576, heads: 9, kvHeads: 3, mlp: 1536 };
const TOKENS = 49_152;

/** A model of SmolLM2-135M's shape, untrained, that reads the microcosm's words; the other tokens are `x{id}`. */
export async function writeSmolModel(folder: string): Promise<void> {
  const files = microcosmFiles();
  const config = {
    ...files['config.json'],
    vocab_size: TOKENS,
    hidden_size: SHAPE.width,
    intermediate_size: SHAPE.mlp,
    num_hidden_layers: SHAPE.layers,
    num_attention_heads: SHAPE.heads,
    num_key_value_heads: SHAPE.kvHeads,
  };
  const tokenizer = files['tokenizer.json'] as { readonly model: { readonly vocab: Record<string, number> } };
  for (let id = Object.keys(tokenizer.model.vocab).length; id < TOKENS; id++) {
    tokenizer.model.vocab[`x${id}`] = id;
  }
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries({ ...files, 'config.json': config })) {
    await writeFile(join(folder, name), JSON.stringify(content));
  }
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(initialWeights(1, SHAPE, TOKENS)));
}
