import type { ModelConfig, Rope } from './model-config.ts';

export interface RotaryTable {
  /** [positions, headDim / 2], as the operator RotaryEmbedding wants it. */
  readonly cos: Float32Array;
  readonly sin: Float32Array;
  readonly positions: number;
}

/**
 * Cosines and sines of the angles `position · frequency`, rounded to fp32 where transformers rounds, so that even far
 * positions have the same angles.
 */
export function rotaryTable({ rope, headDim }: ModelConfig, positions: number): RotaryTable {
  const frequencies = inverseFrequencies(rope, headDim);
  const half = frequencies.length;
  const cos = new Float32Array(positions * half);
  const sin = new Float32Array(positions * half);
  for (let position = 0; position < positions; position++)
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * (frequencies[i] as number));
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  return { cos, sin, positions };
}

/** [headDim / 2], `theta^(-2i / headDim)`, stretched where the model asks for it. */
export function inverseFrequencies({ theta, llama3 }: Rope, headDim: number): Float32Array {
  const plain = Float32Array.from(
    { length: headDim / 2 },
    (_, i) => 1 / Math.fround(theta ** Math.fround((2 * i) / headDim)),
  );
  if (!llama3) return plain;
  const { factor, lowFreqFactor, highFreqFactor, originalContext } = llama3;
  return plain.map((frequency) => {
    const turns = (originalContext * frequency) / (2 * Math.PI);
    if (turns > highFreqFactor) return frequency;
    if (turns < lowFreqFactor) return frequency / factor;
    const smooth = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}
