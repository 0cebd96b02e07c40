import { type GraphBuilder, int, microsoft, oneshot } from './graph-builder.ts';
import type { Matrix } from './matrices.ts';
import { OnnxType } from './onnx-writer.ts';
import { INT4_BLOCK, quantisedNames } from './quantised-names.ts';
import { oneOf, type Quantised, quantiseRows, zeroPointOf } from './row-operators.ts';
import type { WeightPrecision } from './weight-precision.ts';

/** A product before each row is scaled. */
export interface Unscaled {
  /** Name of [..., N]. */
  readonly product: string;
  /** Name of [..., 1]. */
  readonly scale: string;
}

export interface IntegerOptions {
  /** Whether weights are given a sign: see `signedBytesAreExact`; results are the same. */
  readonly signedBytes: boolean;
  /** Whether rows are quantised by our operator; results are the same. */
  readonly ownRows: boolean;
  /** Whether products are made by our operator, where it can; results are the same. Else weights in 4 bits are held in 8. */
  readonly ownProducts: boolean;
  /** That share a product of ours. */
  readonly threads: number;
}

/** Weights of a column that our operators take together. */
const TOGETHER = 8;
/** What a product by our operators has beside rows and weights. */
interface Rest {
  readonly scale?: string;
  readonly bias?: string;
}

/**
 * Weights in 8 bits and one scale per column, rows of the input in 8 bits and one scale each. The sums of products are exact
 * integers, so that no kernel, number of rows or threads can change them. Bytes are stored without sign on both sides: with a sign
 * on one of them, processors without a dot-product instruction would saturate. Those that have one are given signs as the
 * session folds its constants. Weights in 4 bits have a multiplier for each block, which makes them weights in 8 bits.
 */
export class IntegerProducts {
  readonly #graph: GraphBuilder;
  readonly #precision: WeightPrecision;
  readonly #options: IntegerOptions;
  /** By the names of what was quantised. */
  readonly #quantised = new Map<string, Quantised>();

  constructor(graph: GraphBuilder, precision: WeightPrecision, options: IntegerOptions) {
    this.#graph = graph;
    this.#precision = precision;
    this.#options = options;
  }

  /** Adds the product of rows by a matrix, and its bias. */
  product(input: string, matrix: Matrix, output: string): string {
    const graph = this.#graph;
    const hasBias = matrix.biases.length > 0;
    const bias = hasBias ? graph.stored(quantisedNames(matrix.name).bias) : '';
    if (this.#isOwn(matrix)) {
      const { values, scale } = this.#quantise(input);
      return this.#multiply(values, matrix, { scale, bias }, output);
    }
    const unscaled = this.beforeScale(input, matrix);
    if (!hasBias) return this.scaled(unscaled, output);
    return graph.op('Add', [this.scaled(unscaled, graph.name('product')), bias], { outputs: [output] });
  }

  /** Adds the product of rows by a matrix that has no bias. */
  beforeScale(input: string, matrix: Matrix): Unscaled {
    const graph = this.#graph;
    const { values, scale } = this.#quantise(input);
    if (this.#isOwn(matrix))
      return { product: this.#multiply(values, matrix, {}, graph.name('product')), scale };
    const [bytes = '', ...zero] = this.#bytesOf(matrix);
    const product = graph.op(
      'MatMulIntegerToFloat',
      [
        values,
        bytes,
        oneOf(graph),
        graph.stored(quantisedNames(matrix.name).scales),
        zeroPointOf(graph),
        ...zero,
      ],
      microsoft,
    );
    return { product, scale };
  }

  scaled({ product, scale }: Unscaled, output: string): string {
    return this.#graph.op('Mul', [product, scale], { outputs: [output] });
  }

  /** Gives rows that exist as bytes alone a name that products take. */
  remember(quantised: Quantised): string {
    const name = this.#graph.name('rows');
    this.#quantised.set(name, quantised);
    return name;
  }

  #isOwn(matrix: Matrix): boolean {
    return this.#options.ownProducts && matrix.inner % TOGETHER === 0;
  }

  #multiply(values: string, matrix: Matrix, { scale = '', bias = '' }: Rest, output: string): string {
    const graph = this.#graph;
    const { weight, scales, multipliers } = quantisedNames(matrix.name);
    const inputs = [values, graph.stored(weight), graph.stored(scales), scale, bias];
    const attributes = { threads: int(this.#options.threads) };
    if (this.#precision === 'int8')
      return graph.op('MultiplyBytes', inputs, { ...oneshot, attributes, outputs: [output] });
    return graph.op('MultiplyNibbles', [...inputs, graph.stored(multipliers)], {
      ...oneshot,
      attributes: { ...attributes, inner: int(matrix.inner) },
      outputs: [output],
    });
  }

  #quantise(input: string): Quantised {
    const known = this.#quantised.get(input);
    if (known) return known;
    const made = quantiseRows(this.#graph, input, this.#options.ownRows);
    this.#quantised.set(input, made);
    return made;
  }

  /** The bytes of a matrix, and what stands for 0 in them, if that is not 0. */
  #bytesOf(matrix: Matrix): readonly string[] {
    const graph = this.#graph;
    const as = (type: OnnxType, numbers: string) =>
      graph.op('Cast', [numbers], { attributes: { to: int(type) } });
    const zero = zeroPointOf(graph);
    const { signedBytes } = this.#options;
    if (this.#precision === 'int4') {
      const numbers = this.#numbersOf(matrix);
      if (signedBytes) return [as(OnnxType.I8, numbers)];
      return [as(OnnxType.U8, graph.op('Add', [numbers, as(OnnxType.F32, zero)])), zero];
    }
    const stored = graph.stored(quantisedNames(matrix.name).weight);
    if (!signedBytes) return [stored, zero];
    // 128 less, in two's complement
    return [as(OnnxType.I8, graph.op('BitwiseXor', [stored, zero]))];
  }

  /** Weights in 4 bits times their multipliers, in fp32. */
  #numbersOf({ name, inner, outer }: Matrix): string {
    const graph = this.#graph;
    const { weight, multipliers } = quantisedNames(name);
    const attributes = { to: int(OnnxType.F32) };
    const inputs = [
      graph.storedAs(weight, OnnxType.I4, [inner, outer]),
      graph.op('Cast', [graph.stored(multipliers)], { attributes }),
    ];
    return graph.op('DequantizeLinear', inputs, {
      attributes: { axis: int(0), block_size: int(INT4_BLOCK) },
    });
  }
}
