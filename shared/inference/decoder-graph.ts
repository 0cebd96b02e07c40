import type { ModelConfig } from './model-config.ts';
import { EMBEDDING, HEAD } from './model-tensors.ts';
import type { Weight } from './model-weights.ts';
import {
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxNode,
  OnnxType,
  type OnnxValue,
  writeOnnxModel,
} from './onnx-writer.ts';
import type { Dtype } from './safetensors.ts';

/**
 * The decoder as an ONNX model whose weights stay in the safetensors files, in fp32 arithmetic.
 *
 * B rows of S new tokens each attend to P cached positions and to one another. KV = key-value heads, G = query heads
 * that share one, D = head size, N = new tokens over all rows whose logits are wanted, L = layers.
 *
 * | input | | |
 * | --- | --- | --- |
 * | `tokens` | i64 [B, S] | |
 * | `positions` | i64 [B, S] | of the new tokens, from 0 |
 * | `mask` | f32 [B, 1, S·G or 1, P + S] | added to the scores: 0, or very negative where a query must not look |
 * | `split` | i64 [2] | P, S |
 * | `last` | i64 [N] | which of the B·S new tokens get logits |
 * | `cos`, `sin` | f32 [positions, D / 2] | rotary table |
 * | `key.l`, `value.l` | f32 [B, KV, P, D] | cache of layer l |
 *
 * | output | | |
 * | --- | --- | --- |
 * | `logits` | f32 [N, V] | |
 * | `cache` | f32 [B, S, L·2·KV·D] | keys (rotated) and values of the new tokens: layer 0's keys, its values, layer 1's … |
 *
 * The cache is an input only and its new entries leave in one small output, since onnxruntime-node copies every
 * output: passing the cache through the graph would copy all of it for each token. For the same reason scores of
 * cached and new keys are computed apart and meet before the softmax.
 *
 * A row's result does not depend on its batch: each operator treats rows apart, with the same order of additions for
 * any B. Cached positions beyond a row's own length are masked, have probability exactly 0, and add exact zeros at
 * the end of sums; P is a multiple of 64 so that no vector kernel changes its order of additions with P.
 *
 * @param weights - those of the config, as `checkTensors` finds them
 */
export function decoderGraph(config: ModelConfig, weights: ReadonlyMap<string, Weight>): Uint8Array {
  const { layers, hidden, intermediate, heads, kvHeads, headDim, rmsNormEps } = config;
  const queryWidth = heads * headDim;
  const cacheWidth = kvHeads * headDim;
  const graph = new GraphBuilder(weights);
  const norm = { epsilon: float(rmsNormEps) };

  const embed = graph.stored(EMBEDDING);
  let residual = graph.asF32(graph.op('Gather', [embed, 'tokens']), embed);
  let normed = graph.op(
    'SimplifiedLayerNormalization',
    [residual, normWeight('model.layers.0.input_layernorm')],
    {
      attributes: norm,
    },
  );
  const cache: string[] = [];

  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const attended = attention(layer, `${prefix}.self_attn`);
    normed = addAndNorm(attended, `${prefix}.post_attention_layernorm`);
    const next = layer + 1 < layers ? `model.layers.${layer + 1}.input_layernorm` : 'model.norm';
    normed = addAndNorm(feedForward(`${prefix}.mlp`), next);
  }

  graph.op('Concat', cache, { attributes: { axis: int(-1) }, outputs: ['cache'] });
  const rows = graph.op('Reshape', [normed, graph.shape([-1, hidden])]);
  const wanted = graph.op('Gather', [rows, 'last']);
  const head = config.tiedEmbeddings ? EMBEDDING : HEAD;
  graph.op('FusedMatMul', [wanted, graph.weight(head)], {
    ...microsoft,
    attributes: { transB: int(1) },
    outputs: ['logits'],
  });
  return graph.write(inputsOf(config), outputsOf(config));

  function attention(layer: number, prefix: string): string {
    const names = ['q_proj', 'k_proj', 'v_proj'].map((name) => `${prefix}.${name}`);
    const widths = [queryWidth, cacheWidth, cacheWidth];
    const packed = linear(normed, names, config.qkvBias);
    const [query, key, value] = graph.split(packed, graph.shape(widths), 3);
    const rotatedQuery = rotate(query as string, heads);
    const rotatedKey = rotate(key as string, kvHeads);
    cache.push(rotatedKey, value as string);

    // Query heads that share keys become rows of one matrix: [B, KV, G·S, D].
    const queries = graph.op('Reshape', [
      byHead(rotatedQuery, heads),
      graph.shape([0, kvHeads, -1, headDim]),
    ]);
    const scale = { ...microsoft, attributes: { transB: int(1), alpha: float(1 / Math.sqrt(headDim)) } };
    const cachedScores = graph.op('FusedMatMul', [queries, `key.${layer}`], scale);
    const newScores = graph.op('FusedMatMul', [queries, byHead(rotatedKey, kvHeads)], scale);
    const lastAxis = { attributes: { axis: int(-1) } };
    const scores = graph.op('Concat', [cachedScores, newScores], lastAxis); // [B, KV, G·S, P + S]
    const masked = graph.op('Add', [scores, 'mask']);
    const probabilities = graph.op('Softmax', [masked], lastAxis);
    const [ofCached, ofNew] = graph.split(probabilities, 'split', 2);
    const fromCached = graph.op('MatMul', [ofCached as string, `value.${layer}`]);
    const fromNew = graph.op('MatMul', [ofNew as string, byHead(value as string, kvHeads)]);
    const mixed = graph.op('Add', [fromCached, fromNew]); // [B, KV, G·S, D]
    const apart = graph.op('Reshape', [mixed, graph.shape([0, heads, -1, headDim])]);
    const joined = graph.op('Transpose', [apart], { attributes: { perm: ints([0, 2, 1, 3]) } });
    const flat = graph.op('Reshape', [joined, graph.shape([0, 0, queryWidth])]);
    return linear(flat, [`${prefix}.o_proj`], config.outputBias);
  }

  /** down(silu(gate(x)) · up(x)) */
  function feedForward(prefix: string): string {
    const names = [`${prefix}.gate_proj`, `${prefix}.up_proj`];
    const packed = linear(normed, names, false);
    const [gate, up] = graph.split(packed, graph.shape([intermediate, intermediate]), 2);
    const silu = graph.op('QuickGelu', [gate as string], { ...microsoft, attributes: { alpha: float(1) } });
    const product = graph.op('Mul', [silu, up as string]);
    return linear(product, [`${prefix}.down_proj`], false);
  }

  /** One product for matrices that share their input; they are joined when the session folds its constants. */
  function linear(input: string, names: readonly string[], biased: boolean): string {
    const matrices = names.map((name) => graph.weight(`${name}.weight`));
    const product = graph.op('FusedMatMul', [input, graph.join(matrices)], {
      ...microsoft,
      attributes: { transB: int(1) },
    });
    if (!biased) return product;
    const biases = names.map((name) => graph.weight(`${name}.bias`));
    return graph.op('Add', [product, graph.join(biases)]);
  }

  /** [B, S, heads · D] at the positions of its tokens. */
  function rotate(input: string, headCount: number): string {
    return graph.op('RotaryEmbedding', [input, 'positions', 'cos', 'sin'], {
      ...microsoft,
      attributes: { num_heads: int(headCount), interleaved: int(0) },
    });
  }

  /** [B, S, heads · D] → [B, heads, S, D] */
  function byHead(input: string, headCount: number): string {
    const apart = graph.op('Reshape', [input, graph.shape([0, 0, headCount, headDim])]);
    return graph.op('Transpose', [apart], { attributes: { perm: ints([0, 2, 1, 3]) } });
  }

  /** Adds to the residual stream and normalises the sum. */
  function addAndNorm(input: string, name: string): string {
    const output = graph.name('normed');
    const sum = graph.name('residual');
    graph.op('SkipSimplifiedLayerNormalization', [input, residual, normWeight(name)], {
      ...microsoft,
      attributes: norm,
      outputs: [output, '', '', sum],
    });
    residual = sum;
    return output;
  }

  function normWeight(name: string): string {
    return graph.weight(`${name}.weight`);
  }
}

function inputsOf({ layers, kvHeads, headDim }: ModelConfig): OnnxValue[] {
  const { F32, I64 } = OnnxType;
  const cache = (name: string) => ({ name, type: F32, dims: ['B', kvHeads, 'P', headDim] });
  return [
    { name: 'tokens', type: I64, dims: ['B', 'S'] },
    { name: 'positions', type: I64, dims: ['B', 'S'] },
    { name: 'mask', type: F32, dims: ['B', 1, 'Q', 'T'] },
    { name: 'split', type: I64, dims: [2] },
    { name: 'last', type: I64, dims: ['N'] },
    { name: 'cos', type: F32, dims: ['C', headDim / 2] },
    { name: 'sin', type: F32, dims: ['C', headDim / 2] },
    ...Array.from({ length: layers }, (_, layer) => [cache(`key.${layer}`), cache(`value.${layer}`)]).flat(),
  ];
}

function outputsOf({ layers, kvHeads, headDim, vocabulary }: ModelConfig): OnnxValue[] {
  return [
    { name: 'logits', type: OnnxType.F32, dims: ['N', vocabulary] },
    { name: 'cache', type: OnnxType.F32, dims: ['B', 'S', layers * 2 * kvHeads * headDim] },
  ];
}

const microsoft = { domain: 'com.microsoft' } as const;

const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
const ints = (values: readonly number[]): OnnxAttribute => ({ kind: 'ints', values });
const float = (value: number): OnnxAttribute => ({ kind: 'float', value });

const STORED_TYPES: Partial<Record<Dtype, OnnxType>> = {
  F32: OnnxType.F32,
  F16: OnnxType.F16,
  BF16: OnnxType.BF16,
};

/** Collects nodes, and each weight once. */
class GraphBuilder {
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers = new Map<string, OnnxInitializer>();
  readonly #casts = new Map<string, string>();
  #names = 0;

  constructor(weights: ReadonlyMap<string, Weight>) {
    this.#weights = weights;
  }

  write(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): Uint8Array {
    const initializers = [...this.#initializers.values()];
    return writeOnnxModel({ nodes: this.#nodes, initializers, inputs, outputs });
  }

  name(stem: string): string {
    this.#names += 1;
    return `${stem}.${this.#names}`;
  }

  /** Adds a node; answers the name of its first output. */
  op(
    op: string,
    inputs: readonly string[],
    {
      domain = '',
      attributes = {},
      outputs = [this.name(op)],
    }: Partial<Omit<OnnxNode, 'op' | 'inputs'>> = {},
  ): string {
    this.#nodes.push({ op, inputs, outputs, domain, attributes });
    return outputs[0] as string;
  }

  /** Cuts the last axis into pieces of the sizes that the tensor `sizes` holds. */
  split(input: string, sizes: string, pieces: number): string[] {
    const outputs = Array.from({ length: pieces }, () => this.name('piece'));
    this.op('Split', [input, sizes], { attributes: { axis: int(-1) }, outputs });
    return outputs;
  }

  join(tensors: readonly string[]): string {
    return tensors.length === 1
      ? (tensors[0] as string)
      : this.op('Concat', tensors, { attributes: { axis: int(0) } });
  }

  /** A constant of integers, such as the target of a Reshape. */
  shape(dims: readonly number[]): string {
    const name = `[${dims.join(',')}]`;
    const bytes = new Uint8Array(BigInt64Array.from(dims, BigInt).buffer);
    this.#initializers.set(name, {
      name,
      type: OnnxType.I64,
      dims: [dims.length],
      data: { kind: 'inline', bytes },
    });
    return name;
  }

  /** A weight as it lies in its file. */
  stored(name: string): string {
    const { dtype, shape: dims, file, offset, sizeBytes } = this.#find(name);
    const type = STORED_TYPES[dtype];
    if (type === undefined) throw new Error(`${name} is a ${dtype} tensor`);
    this.#initializers.set(name, {
      name,
      type,
      dims,
      data: { kind: 'external', file, offset, sizeBytes },
    });
    return name;
  }

  /** A weight in fp32. */
  weight(name: string): string {
    return this.asF32(this.stored(name), name);
  }

  /** `value` in fp32, where it has the type of the weight `like`. */
  asF32(value: string, like: string): string {
    if (this.#find(like).dtype === 'F32') return value;
    const known = this.#casts.get(value);
    if (known) return known;
    const cast = this.op('Cast', [value], { attributes: { to: int(OnnxType.F32) } });
    this.#casts.set(value, cast);
    return cast;
  }

  #find(name: string): Weight {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`there is no ${name}`);
    return weight;
  }
}
