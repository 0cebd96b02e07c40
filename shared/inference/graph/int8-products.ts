import { type GraphBuilder, int, microsoft, oneshot } from './graph-builder.ts';
import type { Matrix } from './matrices.ts';
import { OnnxType } from './onnx-writer.ts';
import { quantisedNames } from './quantised-names.ts';
import { oneOf, type Quantised, quantiseRows, zeroPointOf } from './row-operators.ts';

/** A product before each row is scaled. */
export interface Unscaled {
  /** Name of [..., N]. */
  readonly product: string;
  /** Name of [..., 1]. */
  readonly scale: string;
}

export interface Int8Options {
  /** Whether weights are given a sign: see `signedBytesAreExact`; results are the same. */
  readonly signedBytes: boolean;
  /** Whether rows are quantised by our operator; results are the same. */
  readonly ownRows: boolean;
  /** Whether products are made by our operator, where it can; results are the same. */
  readonly ownProducts: boolean;
}

/** Weights of a column that our operator takes together. */
const TOGETHER = 4;

/**
 * Weights in 8 bits and one scale per column, rows of the input in 8 bits and one scale each. The sums of products are exact
 * integers, so that no kernel, number of rows or threads can change them. Bytes are stored without sign on both sides: with a sign
 * on one of them, processors without a dot-product instruction would saturate. Those that have one are given signs as the
 * session folds its constants.
 */
export class Int8Products {
  readonly #graph: GraphBuilder;
  readonly #options: Int8Options;
  /** By the names of what was quantised. */
  readonly #quantised = new Map<string, Quantised>();

  constructor(graph: GraphBuilder, options: Int8Options) {
    this.#graph = graph;
    this.#options = options;
  }

  /** Adds the product of rows by a matrix, and its bias. */
  product(input: string, matrix: Matrix, output: string): string {
    const graph = this.#graph;
    const biases = matrix.biases.length === 0 ? [] : [graph.stored(quantisedNames(matrix.name).bias)];
    if (this.#isOwn(matrix)) {
      const { values, scale } = this.#quantise(input);
      return this.#multiply(values, matrix, [scale, ...biases], output);
    }
    const [bias] = biases;
    const unscaled = this.beforeScale(input, matrix);
    if (bias === undefined) return this.scaled(unscaled, output);
    return graph.op('Add', [this.scaled(unscaled, graph.name('product')), bias], { outputs: [output] });
  }

  /** Adds the product of rows by a matrix that has no bias. */
  beforeScale(input: string, matrix: Matrix): Unscaled {
    const graph = this.#graph;
    const { values, scale } = this.#quantise(input);
    if (this.#isOwn(matrix))
      return { product: this.#multiply(values, matrix, [], graph.name('product')), scale };
    const { weight, scales } = quantisedNames(matrix.name);
    const [bytes = '', ...zero] = this.#bytesOf(weight);
    const product = graph.op(
      'MatMulIntegerToFloat',
      [values, bytes, oneOf(graph), graph.stored(scales), zeroPointOf(graph), ...zero],
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

  #isOwn({ inner }: Matrix): boolean {
    return this.#options.ownProducts && inner % TOGETHER === 0;
  }

  /** @param rest - scales of the rows and a bias, if these are to be in it */
  #multiply(values: string, { name }: Matrix, rest: readonly string[], output: string): string {
    const { weight, scales } = quantisedNames(name);
    const inputs = [values, this.#graph.stored(weight), this.#graph.stored(scales), ...rest];
    return this.#graph.op('MultiplyBytes', inputs, { ...oneshot, outputs: [output] });
  }

  #quantise(input: string): Quantised {
    const known = this.#quantised.get(input);
    if (known) return known;
    const made = quantiseRows(this.#graph, input, this.#options.ownRows);
    this.#quantised.set(input, made);
    return made;
  }

  /** The bytes of a matrix, and what stands for 0 in them, if that is not 0. */
  #bytesOf(weight: string): readonly string[] {
    const graph = this.#graph;
    const stored = graph.stored(weight);
    if (!this.#options.signedBytes) return [stored, zeroPointOf(graph)];
    // 128 less, in two's complement
    const flipped = graph.op('BitwiseXor', [stored, zeroPointOf(graph)]);
    return [graph.op('Cast', [flipped], { attributes: { to: int(OnnxType.I8) } })];
  }
}
