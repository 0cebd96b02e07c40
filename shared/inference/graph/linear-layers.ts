import type { ModelConfig } from '../model-config.ts';
import { type GraphBuilder, int, microsoft } from './graph-builder.ts';
import { padColumns, padRows } from './head-padding.ts';
import { type Int8Options, Int8Products, type Unscaled } from './int8-products.ts';
import { type Matrix, matricesOf } from './matrices.ts';
import { INT4_BLOCK, isIn8Bits, quantisedNames } from './quantised-names.ts';
import type { Quantised } from './row-operators.ts';
import type { WeightPrecision } from './weight-precision.ts';

/**
 * Rows that a step has at least: a single one takes another way through the kernels of 4 bits, with another order of additions.
 * Those of fp32, whose matrices are packed beforehand, and of 8 bits, whose sums are exact, treat any number alike.
 */
export function fewestRows(precision: WeightPrecision): number {
  return precision === 'int4' ? 2 : 1;
}

/** How a graph multiplies by the matrices of its model. */
export class LinearLayers {
  readonly #graph: GraphBuilder;
  readonly #config: ModelConfig;
  readonly #precision: WeightPrecision;
  readonly #matrices: ReadonlyMap<string, Matrix>;
  readonly #products: Products;
  readonly #int8: Int8Products;
  readonly #ownRows: boolean;

  constructor(
    precision: WeightPrecision,
    graph: GraphBuilder,
    config: ModelConfig,
    options: Int8Options = { signedBytes: false, ownRows: false, ownProducts: false },
  ) {
    this.#graph = graph;
    this.#config = config;
    this.#precision = precision;
    this.#matrices = new Map(matricesOf(config).map((matrix) => [matrix.name, matrix]));
    this.#int8 = new Int8Products(graph, options);
    this.#ownRows = options.ownRows && precision === 'int8';
    this.#products = {
      fp32: () => fp32Products(graph, config),
      int8: () => this.#int8.product.bind(this.#int8),
      int4: () => int4Products(graph, this.#int8),
    }[precision]();
  }

  /**
   * Adds the product of rows by a matrix, and its bias.
   *
   * @param input - name of [..., K]
   * @param name - of one of `matricesOf`
   * @param output - name of [..., N]; one is made up where none is given
   */
  product(input: string, name: string, output = this.#graph.name(name)): string {
    const matrix = this.#matrix(name);
    if (matrix.biases.length === 0 || this.#precision === 'int8')
      return this.#products(input, matrix, output);
    const product = this.#products(input, matrix, this.#graph.name('product'));
    const bias = biasOf(matrix, this.#graph, this.#config);
    return this.#graph.op('Add', [product, bias], { outputs: [output] });
  }

  /** Such a product as operators of ours read it; undefined where they cannot. */
  beforeScale(input: string, name: string): Unscaled | undefined {
    const matrix = this.#matrix(name);
    return this.#ownRows && matrix.biases.length === 0 ? this.#int8.beforeScale(input, matrix) : undefined;
  }

  scaled(unscaled: Unscaled): string {
    return this.#int8.scaled(unscaled, this.#graph.name('scaled'));
  }

  /** Gives rows that exist as bytes alone a name that products take. */
  remember(quantised: Quantised): string {
    return this.#int8.remember(quantised);
  }

  #matrix(name: string): Matrix {
    const matrix = this.#matrices.get(name);
    if (!matrix) throw new Error(`there is no matrix ${name}`);
    return matrix;
  }
}

/** Of the weights that are multiplied in 8 bits. */
export function int8Bytes(precision: WeightPrecision, config: ModelConfig): number {
  const matrices = matricesOf(config).filter(({ name }) => isIn8Bits(name, precision));
  return matrices.reduce((sum, { inner, outer }) => sum + inner * outer, 0);
}

type Products = (input: string, matrix: Matrix, output: string) => string;

/** Matrices as they lie in the model's files, joined and turned into fp32 when the session folds its constants. */
function fp32Products(graph: GraphBuilder, config: ModelConfig): Products {
  return (input, { parts, heads }, output) => {
    const padded = parts.map((part) => {
      const weight = graph.weight(part);
      if (heads === undefined) return weight;
      return heads === 'rows'
        ? padRows(weight, [config.hidden], graph, config)
        : padColumns(weight, graph, config);
    });
    return graph.op('FusedMatMul', [input, graph.join(padded)], {
      ...microsoft,
      attributes: { transB: int(1) },
      outputs: [output],
    });
  };
}

/** Weights in 4 bits and one scale per block; the head, whose errors go into every logit, in 8 bits as above. */
function int4Products(graph: GraphBuilder, int8: Int8Products): Products {
  return (input, matrix, output) => {
    if (isIn8Bits(matrix.name, 'int4')) return int8.product(input, matrix, output);
    const { weight, scales } = quantisedNames(matrix.name);
    return graph.op('MatMulNBits', [input, graph.stored(weight), graph.stored(scales)], {
      ...microsoft,
      attributes: {
        K: int(matrix.inner),
        N: int(matrix.outer),
        bits: int(4),
        block_size: int(INT4_BLOCK),
        accuracy_level: int(4),
      },
      outputs: [output],
    });
  };
}

function biasOf({ biases, heads }: Matrix, graph: GraphBuilder, config: ModelConfig): string {
  return graph.join(
    biases.map((name) =>
      heads === 'rows' ? padRows(graph.weight(name), [], graph, config) : graph.weight(name),
    ),
  );
}
