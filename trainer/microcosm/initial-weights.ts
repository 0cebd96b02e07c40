import { vocabulary } from '#shared/benchmarks/microcosm/vocabulary.ts';
import type { TensorData } from '#shared/inference/safetensors.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { SHAPE } from './tokenizer-files.ts';

const STD = 0.02;

/** Sizes of a Qwen2 model. */
type Shape = Readonly<Record<'layers' | 'width' | 'heads' | 'kvHeads' | 'mlp', number>>;

/**
 * Weights before any training: normal with standard deviation 0.02, what is added to the residual stream less by
 * √(2 · layers), norms 1, biases 0.
 */
export function initialWeights(
  seed: number,
  { layers, width, heads, kvHeads, mlp }: Shape = SHAPE,
  tokens: number = vocabulary.length,
): Readonly<Record<string, TensorData>> {
  const kvWidth = (width / heads) * kvHeads;
  const random = new RandomStream(seed, 0);
  const normal = (shape: readonly number[], std = STD) => tensor(shape, () => random.normal() * std);
  const residualStd = STD / Math.sqrt(2 * layers);
  const tensors: Record<string, TensorData> = {
    'model.embed_tokens.weight': normal([tokens, width]),
  };
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string) => `model.layers.${layer}.${name}`;
    for (const [name, rows] of [
      ['q', width],
      ['k', kvWidth],
      ['v', kvWidth],
    ] as const) {
      tensors[at(`self_attn.${name}_proj.weight`)] = normal([rows, width]);
      tensors[at(`self_attn.${name}_proj.bias`)] = tensor([rows], () => 0);
    }
    tensors[at('self_attn.o_proj.weight')] = normal([width, width], residualStd);
    tensors[at('mlp.gate_proj.weight')] = normal([mlp, width]);
    tensors[at('mlp.up_proj.weight')] = normal([mlp, width]);
    tensors[at('mlp.down_proj.weight')] = normal([width, mlp], residualStd);
    tensors[at('input_layernorm.weight')] = tensor([width], () => 1);
    tensors[at('post_attention_layernorm.weight')] = tensor([width], () => 1);
  }
  tensors['model.norm.weight'] = tensor([width], () => 1);
  return tensors;
}

function tensor(shape: readonly number[], value: () => number): TensorData {
  const size = shape.reduce((product, length) => product * length, 1);
  const words = Float32Array.from({ length: size }, value);
  return { dtype: 'F32', shape, data: new Uint8Array(words.buffer) };
}
