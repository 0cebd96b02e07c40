import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '#cli/plan/parameter-counts.ts';

function qwen(
  [hidden, intermediate, layers]: readonly [number, number, number],
  [heads, kvHeads]: readonly [number, number],
  vocabulary: number,
): Shape {
  return {
    hidden,
    intermediate,
    layers,
    heads,
    kvHeads,
    headDim: hidden / heads,
    vocabulary,
    context: 4096,
    tiedEmbeddings: hidden < 3000,
    qkvBias: true,
    outputBias: false,
  };
}

/** The public shapes of Qwen2.5, and one as SmolLM2-135M has it. */
export const shapes = {
  '135M': qwen([576, 1536, 30], [9, 3], 49_152),
  '1.5B': qwen([1536, 8960, 28], [12, 2], 151_936),
  '3B': qwen([2048, 11_008, 36], [16, 2], 151_936),
  '7B': qwen([3584, 18_944, 28], [28, 4], 152_064),
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
