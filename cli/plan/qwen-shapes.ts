import type { Shape } from './parameter-counts.ts';

function qwen(
  [hidden, intermediate, layers]: readonly [number, number, number],
  [heads, kvHeads]: readonly [number, number],
  [vocabulary, tiedEmbeddings]: readonly [number, boolean],
): Shape {
  return {
    ...{ hidden, intermediate, layers, heads, kvHeads, headDim: hidden / heads, vocabulary, tiedEmbeddings },
    context: 32_768,
    qkvBias: true,
    outputBias: false,
    qkNorm: false,
  };
}

/** The public shapes of Qwen2.5, by what their names say of their size. */
export const qwenShapes = {
  '0.5B': qwen([896, 4864, 24], [14, 2], [151_936, true]),
  '1.5B': qwen([1536, 8960, 28], [12, 2], [151_936, true]),
  '3B': qwen([2048, 11_008, 36], [16, 2], [151_936, true]),
  '7B': qwen([3584, 18_944, 28], [28, 4], [152_064, false]),
} as const;
export type QwenSize = keyof typeof qwenShapes;
