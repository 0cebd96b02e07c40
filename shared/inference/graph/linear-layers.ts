import type { ModelConfig } from '../model-config.ts';
import { type GraphBuilder, int, microsoft } from './graph-builder.ts';
import { padColumns, padRows } from './head-padding.ts';
import { type IntegerOptions, IntegerProducts, type Unscaled } from './integer-products.ts';
import { type Matrix, matricesOf } from './matrices.ts';
import type { Quantised } from './row-operators.ts';
import type { WeightPrecision } from './weight-precision.ts';

const NOTHING_OWN = { signedBytes: false, ownRows: false, ownProducts: false, threads: 1 };

/** How a graph multiplies by the matrices of its model. */
export class LinearLayers {
  readonly #graph: GraphBuilder;
  readonly #config: ModelConfig;
  readonly #precision: WeightPrecision;
  readonly #matrices: ReadonlyMap<string, Matrix>;
  readonly #integers: IntegerProducts;
  readonly #ownRows: boolean;

  constructor(
    precision: WeightPrecision,
    graph: GraphBuilder,
    config: ModelConfig,
    options: IntegerOptions = NOTHING_OWN,
  ) {
    this.#graph = graph;
    this.#config = config;
    this.#precision = precision;
    this.#matrices = new Map(matricesOf(config).map((matrix) => [matrix.name, matrix]));
    this.#integers = new IntegerProducts(graph, precision, options);
    this.#ownRows = options.ownRows && precision !== 'fp32';
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
    if (this.#precision !== 'fp32') return this.#integers.product(input, matrix, output);
    if (matrix.biases.length === 0) return this.#plain(input, matrix, output);
    const product = this.#plain(input, matrix, this.#graph.name('product'));
    return this.#graph.op('Add', [product, this.#biasOf(matrix)], { outputs: [output] });
  }

  /** Such a product as operators of ours read it; undefined where they cannot. */
  beforeScale(input: string, name: string): Unscaled | undefined {
    const matrix = this.#matrix(name);
    return this.#ownRows && matrix.biases.length === 0
      ? this.#integers.beforeScale(input, matrix)
      : undefined;
  }

  scaled(unscaled: Unscaled): string {
    return this.#integers.scaled(unscaled, this.#graph.name('scaled'));
  }

  /** Gives rows that exist as bytes alone a name that products take. */
  remember(quantised: Quantised): string {
    return this.#integers.remember(quantised);
  }

  /** Matrices as they lie in the model's files, joined and turned into fp32 when the session folds its constants. */
  #plain(input: string, { parts, heads }: Matrix, output: string): string {
    const graph = this.#graph;
    const padded = parts.map((part) => {
      const weight = graph.weight(part);
      if (heads === undefined) return weight;
      return heads === 'rows'
        ? padRows(weight, [this.#config.hidden], graph, this.#config)
        : padColumns(weight, graph, this.#config);
    });
    return graph.op('FusedMatMul', [input, graph.join(padded)], {
      ...microsoft,
      attributes: { transB: int(1) },
      outputs: [output],
    });
  }

  #biasOf({ biases, heads }: Matrix): string {
    const graph = this.#graph;
    return graph.join(
      biases.map((name) =>
        heads === 'rows' ? padRows(graph.weight(name), [], graph, this.#config) : graph.weight(name),
      ),
    );
  }

  #matrix(name: string): Matrix {
    const matrix = this.#matrices.get(name);
    if (!matrix) throw new Error(`there is no matrix ${name}`);
    return matrix;
  }
}

/** Of the weights that are multiplied as integers. */
export function integerBytes(precision: WeightPrecision, config: ModelConfig): number {
  if (precision === 'fp32') return 0;
  return matricesOf(config).reduce((sum, { inner, outer }) => sum + inner * outer, 0);
}
