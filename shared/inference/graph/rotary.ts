import type { ModelConfig, Rope } from '../model-config.ts';
import type { BoundTensor } from '../runtime/graph-session.ts';
import { cacheDim } from './head-padding.ts';
import { OnnxType } from './onnx-writer.ts';

/** [positions, D / 2] each. */
export type RotaryTable = Readonly<Record<'cos' | 'sin', BoundTensor>>;

/**
 * Cosines and sines of the angles `position · frequency`, each [positions, D / 2], rounded to fp32 where transformers rounds, so
 * that even far positions have the same angles. What pads a head is not turned.
 */
export function rotaryTable(config: Pick<ModelConfig, 'rope' | 'headDim'>, positions: number): RotaryTable {
  const frequencies = inverseFrequencies(config.rope, config.headDim);
  const half = cacheDim(config) / 2;
  const cos = new Float32Array(new ArrayBuffer(4 * positions * half)).fill(1);
  const sin = new Float32Array(new ArrayBuffer(4 * positions * half));
  for (let position = 0; position < positions; position++)
    for (const [i, frequency] of frequencies.entries()) {
      const angle = Math.fround(position * frequency);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  const tensor = (data: Float32Array): BoundTensor => ({ type: OnnxType.F32, dims: [positions, half], data });
  return { cos: tensor(cos), sin: tensor(sin) };
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
