import { float, GraphBuilder, int, ints, microsoft } from './graph-builder.ts';
import type { ModelConfig } from './model-config.ts';
import { EMBEDDING, HEAD } from './model-tensors.ts';
import type { Weight } from './model-weights.ts';
import { OnnxType, type OnnxValue } from './onnx-writer.ts';

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
  return new DecoderGraph(config, weights).write();
}

/** Writes the graph from its inputs to its outputs; each method adds nodes and answers the name of what they compute. */
class DecoderGraph {
  readonly #config: ModelConfig;
  readonly #graph: GraphBuilder;
  /** New entries of the cache, in the order of the output. */
  readonly #cache: string[] = [];
  /** The residual stream, and its norm that the next block reads: [B, S, hidden]. */
  #residual = '';
  #normed = '';

  constructor(config: ModelConfig, weights: ReadonlyMap<string, Weight>) {
    this.#config = config;
    this.#graph = new GraphBuilder(weights);
  }

  write(): Uint8Array {
    const { layers } = this.#config;
    this.#embed();
    for (let layer = 0; layer < layers; layer++) this.#layer(layer);
    this.#graph.op('Concat', this.#cache, { attributes: { axis: int(-1) }, outputs: ['cache'] });
    this.#logits();
    return this.#graph.write(inputsOf(this.#config), outputsOf(this.#config));
  }

  #embed(): void {
    const embed = this.#graph.stored(EMBEDDING);
    this.#residual = this.#graph.asF32(this.#graph.op('Gather', [embed, 'tokens']), embed);
    const first = this.#normWeight('model.layers.0.input_layernorm');
    this.#normed = this.#graph.op('SimplifiedLayerNormalization', [this.#residual, first], {
      attributes: this.#norm(),
    });
  }

  #layer(layer: number): void {
    const prefix = `model.layers.${layer}`;
    const next = layer + 1 < this.#config.layers ? `model.layers.${layer + 1}.input_layernorm` : 'model.norm';
    this.#addAndNorm(this.#attention(layer, `${prefix}.self_attn`), `${prefix}.post_attention_layernorm`);
    this.#addAndNorm(this.#feedForward(`${prefix}.mlp`), next);
  }

  /** [N, V] of the wanted tokens. */
  #logits(): void {
    const graph = this.#graph;
    const rows = graph.op('Reshape', [this.#normed, graph.shape([-1, this.#config.hidden])]);
    const wanted = graph.op('Gather', [rows, 'last']);
    const head = this.#config.tiedEmbeddings ? EMBEDDING : HEAD;
    graph.op('FusedMatMul', [wanted, graph.weight(head)], {
      ...microsoft,
      attributes: { transB: int(1) },
      outputs: ['logits'],
    });
  }

  #attention(layer: number, prefix: string): string {
    const { heads, kvHeads, headDim, qkvBias, outputBias } = this.#config;
    const graph = this.#graph;
    const [query, key, value] = this.#queryKeyValue(prefix, qkvBias);
    const rotatedQuery = this.#rotate(this.#normHeads(query, heads, `${prefix}.q_norm`), heads);
    const rotatedKey = this.#rotate(this.#normHeads(key, kvHeads, `${prefix}.k_norm`), kvHeads);
    this.#cache.push(rotatedKey, value);

    // Query heads that share keys become rows of one matrix: [B, KV, G·S, D].
    const queries = graph.op('Reshape', [
      this.#byHead(rotatedQuery, heads),
      graph.shape([0, kvHeads, -1, headDim]),
    ]);
    const scale = { ...microsoft, attributes: { transB: int(1), alpha: float(1 / Math.sqrt(headDim)) } };
    const cachedScores = graph.op('FusedMatMul', [queries, `key.${layer}`], scale);
    const newScores = graph.op('FusedMatMul', [queries, this.#byHead(rotatedKey, kvHeads)], scale);
    const lastAxis = { attributes: { axis: int(-1) } };
    const scores = graph.op('Concat', [cachedScores, newScores], lastAxis); // [B, KV, G·S, P + S]
    const masked = graph.op('Add', [scores, 'mask']);
    const probabilities = graph.op('Softmax', [masked], lastAxis);
    const [ofCached, ofNew] = graph.split(probabilities, 'split', 2);
    const fromCached = graph.op('MatMul', [ofCached as string, `value.${layer}`]);
    const fromNew = graph.op('MatMul', [ofNew as string, this.#byHead(value, kvHeads)]);
    const mixed = graph.op('Add', [fromCached, fromNew]); // [B, KV, G·S, D]
    const apart = graph.op('Reshape', [mixed, graph.shape([0, heads, -1, headDim])]);
    const joined = graph.op('Transpose', [apart], { attributes: { perm: ints([0, 2, 1, 3]) } });
    const flat = graph.op('Reshape', [joined, graph.shape([0, 0, heads * headDim])]);
    return this.#linear(flat, [`${prefix}.o_proj`], outputBias);
  }

  /** [B, S, heads · D], [B, S, KV · D], [B, S, KV · D], by one product. */
  #queryKeyValue(prefix: string, biased: boolean): [query: string, key: string, value: string] {
    const { heads, kvHeads, headDim } = this.#config;
    const names = ['q_proj', 'k_proj', 'v_proj'].map((name) => `${prefix}.${name}`);
    const widths = [heads, kvHeads, kvHeads].map((count) => count * headDim);
    const packed = this.#linear(this.#normed, names, biased);
    return this.#graph.split(packed, this.#graph.shape(widths), 3) as [string, string, string]; // three pieces
  }

  /** down(silu(gate(x)) · up(x)) */
  #feedForward(prefix: string): string {
    const { intermediate } = this.#config;
    const graph = this.#graph;
    const names = [`${prefix}.gate_proj`, `${prefix}.up_proj`];
    const packed = this.#linear(this.#normed, names, false);
    const [gate, up] = graph.split(packed, graph.shape([intermediate, intermediate]), 2);
    const silu = graph.op('QuickGelu', [gate as string], { ...microsoft, attributes: { alpha: float(1) } });
    const product = graph.op('Mul', [silu, up as string]);
    return this.#linear(product, [`${prefix}.down_proj`], false);
  }

  /** One product for matrices that share their input; they are joined when the session folds its constants. */
  #linear(input: string, names: readonly string[], biased: boolean): string {
    const graph = this.#graph;
    const matrices = names.map((name) => graph.weight(`${name}.weight`));
    const product = graph.op('FusedMatMul', [input, graph.join(matrices)], {
      ...microsoft,
      attributes: { transB: int(1) },
    });
    if (!biased) return product;
    const biases = names.map((name) => graph.weight(`${name}.bias`));
    return graph.op('Add', [product, graph.join(biases)]);
  }

  /** [B, S, heads · D], each head by itself; as it is where the model has no such norms. */
  #normHeads(input: string, headCount: number, name: string): string {
    const { headDim, qkNorm } = this.#config;
    if (!qkNorm) return input;
    const graph = this.#graph;
    const apart = graph.op('Reshape', [input, graph.shape([0, 0, headCount, headDim])]);
    const normed = graph.op('SimplifiedLayerNormalization', [apart, this.#normWeight(name)], {
      attributes: this.#norm(),
    });
    return graph.op('Reshape', [normed, graph.shape([0, 0, headCount * headDim])]);
  }

  /** [B, S, heads · D] at the positions of its tokens. */
  #rotate(input: string, headCount: number): string {
    return this.#graph.op('RotaryEmbedding', [input, 'positions', 'cos', 'sin'], {
      ...microsoft,
      attributes: { num_heads: int(headCount), interleaved: int(0) },
    });
  }

  /** [B, S, heads · D] → [B, heads, S, D] */
  #byHead(input: string, headCount: number): string {
    const graph = this.#graph;
    const apart = graph.op('Reshape', [input, graph.shape([0, 0, headCount, this.#config.headDim])]);
    return graph.op('Transpose', [apart], { attributes: { perm: ints([0, 2, 1, 3]) } });
  }

  /** Adds to the residual stream and normalises the sum. */
  #addAndNorm(input: string, name: string): void {
    const normed = this.#graph.name('normed');
    const sum = this.#graph.name('residual');
    this.#graph.op('SkipSimplifiedLayerNormalization', [input, this.#residual, this.#normWeight(name)], {
      ...microsoft,
      attributes: this.#norm(),
      outputs: [normed, '', '', sum],
    });
    this.#residual = sum;
    this.#normed = normed;
  }

  #norm() {
    return { epsilon: float(this.#config.rmsNormEps) };
  }

  #normWeight(name: string): string {
    return this.#graph.weight(`${name}.weight`);
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
