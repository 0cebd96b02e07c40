import type { ModelConfig } from '../model-config.ts';
import { EMBEDDING } from '../model-tensors.ts';
import type { Weight } from '../model-weights.ts';
import { attentionNode, cacheNames } from './attention-node.ts';
import { digestLogits } from './digest-logits.ts';
import { float, GraphBuilder } from './graph-builder.ts';
import { cacheDim, padActivations } from './head-padding.ts';
import type { Unscaled } from './integer-products.ts';
import { LinearLayers } from './linear-layers.ts';
import { OnnxType, type OnnxValue } from './onnx-writer.ts';
import { TURNS } from './quantised-names.ts';
import { addAndNorm, gate, OWN_WIDTH, ownAddAndNorm, ownGate, turnBlocks } from './row-operators.ts';
import type { WeightPrecision } from './weight-precision.ts';

/** What is added to the residual stream, by name. */
type Added = string | Unscaled;

/**
 * The decoder as an ONNX model whose weights stay in the safetensors files.
 *
 * B rows of S new tokens each go through the model together; P = positions that the cache has room for, KV = key-value heads,
 * D = head size in the cache, N = new tokens over all rows whose logits are wanted.
 *
 * | input | | |
 * | --- | --- | --- |
 * | `tokens` | i64 [B, S] | rows shorter than S are padded at their end |
 * | `lengths` | i32 [B] | tokens of each row, the new ones included, less one |
 * | `longest` | i32 [1] | tokens of the longest row, the new ones included |
 * | `last` | i64 [N] | which of the B·S new tokens get logits |
 * | `inverse_temperatures` | f32 [N, 1] | for their `shares` |
 * | `cos`, `sin` | f32 [positions, D / 2] | rotary table |
 * | `key.l`, `value.l` | f32 [B, KV, P, D] | cache of layer l |
 *
 * | output | | |
 * | --- | --- | --- |
 * | `logits` | f32 [N, V] | |
 * | `best` | i64 [N] | the largest logit's token, the lowest among equals |
 * | `total` | f32 [N] | sum of the logits |
 * | `shares` | f32 [N, V] | softmax of logits over temperature |
 * | `key.l.next`, `value.l.next` | f32 [B, KV, P, D] | the cache with the new tokens in it; may be the memory of the inputs |
 *
 * A row's result does not depend on its batch: each operator treats rows apart, with the same order of additions for any B, S
 * and P; decision 0028 says how that was seen.
 *
 * @param weights - those of the config, as `checkTensors` finds them; of less bits, those of `quantisedWeights`
 */
export function decoderGraph(
  config: ModelConfig,
  weights: ReadonlyMap<string, Weight>,
  options: DecoderGraphOptions = {},
): Uint8Array {
  return new DecoderGraph(config, weights, options).write();
}

export interface DecoderGraphOptions {
  readonly precision?: WeightPrecision;
  /** See `IntegerOptions`; the same bits. */
  readonly signedBytes?: boolean;
  /** Operators of ours for a session that is given these, where they can take the place of the library's; the same bits. */
  readonly own?: OwnUse;
}

export interface OwnUse {
  /** Whether products by weights of 8 bits are among them; those by weights of 4 are in any case. */
  readonly bytes: boolean;
  /** That share a product. */
  readonly threads: number;
}

/** Writes the graph from its inputs to its outputs; each method adds nodes and answers the name of what they compute. */
class DecoderGraph {
  readonly #config: ModelConfig;
  readonly #graph: GraphBuilder;
  readonly #linear: LinearLayers;
  /** Whether values and matrices are turned: see `Rotations`. */
  readonly #turned: boolean;
  /** That share operators of ours, where these are in use. */
  readonly #ownThreads: number | undefined;
  /** The residual stream, and its norm that the next block reads: [B, S, hidden]. */
  #residual = '';
  #normed = '';

  constructor(
    config: ModelConfig,
    weights: ReadonlyMap<string, Weight>,
    { precision = 'fp32', signedBytes = false, own }: DecoderGraphOptions,
  ) {
    this.#config = config;
    this.#graph = new GraphBuilder(weights);
    this.#turned = precision !== 'fp32';
    this.#ownThreads = own?.threads;
    this.#linear = new LinearLayers(precision, this.#graph, config, {
      signedBytes,
      ownRows: own !== undefined && this.#fitsOwnRows(),
      ownProducts: own !== undefined && (precision === 'int4' || own.bytes),
      threads: own?.threads ?? 1,
    });
  }

  write(): Uint8Array {
    const { layers } = this.#config;
    this.#embed();
    for (let layer = 0; layer < layers; layer++) this.#layer(layer);
    this.#logits();
    digestLogits(this.#graph, this.#ownThreads !== undefined);
    return this.#graph.write(inputsOf(this.#config), outputsOf(this.#config));
  }

  #embed(): void {
    const embed = this.#graph.stored(EMBEDDING);
    const found = this.#graph.asF32(this.#graph.op('Gather', [embed, 'tokens']), embed);
    this.#residual = this.#turned
      ? this.#graph.op('MatMul', [found, this.#graph.stored(TURNS.embedding)])
      : found;
    this.#normed = this.#norm(this.#residual, 'model.layers.0.input_layernorm');
  }

  #layer(layer: number): void {
    const prefix = `model.layers.${layer}`;
    this.#addAndNorm(this.#attention(layer, `${prefix}.self_attn`), `${prefix}.post_attention_layernorm`);
    const added = this.#feedForward(`${prefix}.mlp`);
    if (layer + 1 < this.#config.layers) this.#addAndNorm(added, `model.layers.${layer + 1}.input_layernorm`);
    else this.#addAndNorm(this.#scaled(added), 'model.norm'); // whose rows are chosen from before they are bytes
  }

  /** [N, V] of the wanted tokens. */
  #logits(): void {
    const graph = this.#graph;
    const rows = graph.op('Reshape', [this.#normed, graph.shape([-1, this.#config.hidden])]);
    const wanted = graph.op('Gather', [rows, 'last']);
    this.#linear.product(wanted, 'lm_head', 'logits');
  }

  #attention(layer: number, prefix: string): Added {
    const packed = this.#linear.product(this.#normed, `${prefix}.qkv_proj`);
    const mixed = attentionNode(this.#graph, {
      ...this.#config,
      layer,
      queryKeyValue: this.#config.qkNorm ? this.#normalisedHeads(packed, prefix) : [packed, '', ''],
      mixed: this.#graph.name('mixed'),
      ownThreads: this.#ownThreads,
    });
    return this.#project(mixed, `${prefix}.o_proj`);
  }

  /** Queries and keys, each head normalised by itself, and values: each [B, S, heads · D]. */
  #normalisedHeads(packed: string, prefix: string): readonly string[] {
    const { heads, kvHeads, headDim } = this.#config;
    const graph = this.#graph;
    const widths = [heads, kvHeads, kvHeads].map((count) => count * headDim);
    const [query, key, value] = graph.split(packed, graph.shape(widths), 3) as [string, string, string];
    const normed = [query, key].map((joined, i) => {
      const apart = graph.op('Reshape', [joined, graph.shape([0, 0, -1, headDim])]);
      const each = this.#norm(apart, `${prefix}.${i === 0 ? 'q_norm' : 'k_norm'}`);
      return graph.op('Reshape', [each, graph.shape([0, 0, -1])]);
    });
    return [...normed, value].map((joined) => padActivations(joined, graph, this.#config));
  }

  /** down(silu(gate(x)) · up(x)) */
  #feedForward(prefix: string): Added {
    return this.#project(this.#inner(`${prefix}.gate_up_proj`), `${prefix}.down_proj`);
  }

  /** The inner values, [B, S, intermediate], as `down_proj` reads them: turned, in a turned model. */
  #inner(matrix: string): string {
    const graph = this.#graph;
    const { intermediate } = this.#config;
    const unscaled = this.#linear.beforeScale(this.#normed, matrix);
    if (unscaled)
      return this.#linear.remember(
        ownGate(graph, unscaled.product, unscaled.scale, graph.stored(TURNS.inner)),
      );
    const values = gate(graph, this.#linear.product(this.#normed, matrix), intermediate);
    if (!this.#turned) return values;
    const turn = graph.stored(TURNS.inner);
    return turnBlocks(graph, values, intermediate, turn, this.#turnSize());
  }

  #project(input: string, matrix: string): Added {
    return this.#linear.beforeScale(input, matrix) ?? this.#linear.product(input, matrix);
  }

  #scaled(added: Added): string {
    return typeof added === 'string' ? added : this.#linear.scaled(added);
  }

  /** Of the blocks of inner values that are turned. */
  #turnSize(): number {
    const [size = 1] = this.#graph.dimsOf(this.#graph.stored(TURNS.inner));
    return size;
  }

  /** A single block in a single row goes another way through the library, with other bits than ours. */
  #fitsOwnRows(): boolean {
    if (!this.#turned) return false;
    const { hidden, intermediate } = this.#config;
    const size = this.#turnSize();
    return size < intermediate && [hidden, intermediate, size].every((count) => count % OWN_WIDTH === 0);
  }

  #norm(input: string, name: string): string {
    return this.#graph.op('SimplifiedLayerNormalization', [input, this.#normWeight(name)], {
      attributes: this.#epsilon(),
    });
  }

  /** Adds to the residual stream and normalises the sum. */
  #addAndNorm(added: Added, name: string): void {
    const graph = this.#graph;
    const gain = this.#normWeight(name);
    const { rmsNormEps } = this.#config;
    if (typeof added === 'string') {
      const made = addAndNorm(graph, [added, this.#residual, gain], rmsNormEps);
      this.#residual = made.residual;
      this.#normed = made.normed;
      return;
    }
    const inputs = [added.product, added.scale, this.#residual, gain] as const;
    const { residual, ...quantised } = ownAddAndNorm(graph, inputs, rmsNormEps);
    this.#residual = residual;
    this.#normed = this.#linear.remember(quantised);
  }

  #epsilon() {
    return { epsilon: float(this.#config.rmsNormEps) };
  }

  /** A turned model has the gains of its norms in the matrices that follow; those of heads stay. */
  #normWeight(name: string): string {
    const { hidden } = this.#config;
    if (!this.#turned || /[qk]_norm$/.test(name)) return this.#graph.weight(`${name}.weight`);
    return this.#graph.constant('ones', OnnxType.F32, [hidden], new Float32Array(hidden).fill(1));
  }
}

function inputsOf(config: ModelConfig): OnnxValue[] {
  const { F32, I32, I64 } = OnnxType;
  return [
    { name: 'tokens', type: I64, dims: ['B', 'S'] },
    { name: 'lengths', type: I32, dims: ['B'] },
    { name: 'longest', type: I32, dims: [1] },
    { name: 'last', type: I64, dims: ['N'] },
    { name: 'inverse_temperatures', type: F32, dims: ['N', 1] },
    { name: 'cos', type: F32, dims: ['C', cacheDim(config) / 2] },
    { name: 'sin', type: F32, dims: ['C', cacheDim(config) / 2] },
    ...cacheValues(config, 'past'),
  ];
}

function outputsOf(config: ModelConfig): OnnxValue[] {
  return [
    { name: 'logits', type: OnnxType.F32, dims: ['N', config.vocabulary] },
    { name: 'best', type: OnnxType.I64, dims: ['N'] },
    { name: 'total', type: OnnxType.F32, dims: ['N'] },
    { name: 'shares', type: OnnxType.F32, dims: ['N', config.vocabulary] },
    ...cacheValues(config, 'present'),
  ];
}

function cacheValues(config: ModelConfig, side: 'past' | 'present'): OnnxValue[] {
  return Array.from({ length: config.layers }, (_, layer) =>
    cacheNames(layer).map((names) => ({
      name: names[side],
      type: OnnxType.F32,
      dims: ['B', config.kvHeads, 'P', cacheDim(config)],
    })),
  ).flat();
}
