import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '#cli/plan/parameter-counts.ts';
import { qwenShapes } from '#cli/plan/qwen-shapes.ts';

/** The public shapes of Qwen2.5, and one as SmolLM2-135M has it. */
export const shapes = {
  '135M': {
    ...qwenShapes['0.5B'],
    ...{ hidden: 576, intermediate: 1536, layers: 30, heads: 9, kvHeads: 3, headDim: 64, vocabulary: 49_152 },
  },
  ...qwenShapes,
} as const;

/** A shape as config.json has it. */
function configJson(shape: Shape): string {
  return JSON.stringify({
    model_type: 'qwen2',
    architectures: ['Qwen2ForCausalLM'],
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    vocab_size: shape.vocabulary,
    max_position_embeddings: shape.context,
    tie_word_embeddings: shape.tiedEmbeddings,
  });
}

/** Writes a folder for each shape, which holds its config.json and no weights. */
export async function writeShapes(folder: string): Promise<void> {
  for (const [size, shape] of Object.entries(shapes)) {
    await mkdir(join(folder, size));
    await writeFile(join(folder, size, 'config.json'), configJson(shape));
  }
}
