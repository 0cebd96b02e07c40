import type { ModelConfig } from '../model-config.ts';
import { type GraphBuilder, int, microsoft } from './graph-builder.ts';
import { padColumns, padRows } from './head-padding.ts';
import { type Matrix, matricesOf } from './matrices.ts';
import { OnnxType } from './onnx-writer.ts';
import { INT4_BLOCK, INT8_ZERO, isIn8Bits, LARGEST_INT8, quantisedNames } from './quantised-names.ts';
import type { WeightPrecision } from './weight-precision.ts';

/**
 * Rows that a step has at least: a single one takes another way through the kernels of 4 bits, with another order of additions.
 * Those of fp32, whose matrices are packed beforehand, and of 8 bits, whose sums are exact, treat any number alike.
 */
export function fewestRows(precision: WeightPrecision): number {
  return precision === 'int4' ? 2 : 1;
}

/** How a graph multiplies by the matrices of its model. */
export interface LinearLayers {
  /**
   * Adds the product of rows by a matrix, and its bias.
   *
   * @param input - name of [..., K]
   * @param matrix - name of one of `matricesOf`
   * @param output - name of [..., N]; one is made up where none is given
   */
  product(input: string, matrix: string, output?: string): string;
}

/** @param signedBytes - whether int8 multiplies by weights with a sign: see `signedBytesAreExact`; results are the same */
export function linearLayers(
  precision: WeightPrecision,
  graph: GraphBuilder,
  config: ModelConfig,
  signedBytes: boolean,
): LinearLayers {
  const matrices = new Map(matricesOf(config).map((matrix) => [matrix.name, matrix]));
  const products = {
    fp32: () => fp32Products(graph, config),
    int8: () => int8Products(graph, signedBytes),
    int4: () => int4Products(graph, signedBytes),
  }[precision]();
  return {
    product: (input, name, output) => {
      const matrix = matrices.get(name);
      if (!matrix) throw new Error(`there is no matrix ${name}`);
      const last = output ?? graph.name(name);
      if (matrix.biases.length === 0) return products(input, matrix, last);
      const product = products(input, matrix, graph.name('product'));
      const bias =
        precision === 'int8' ? graph.stored(quantisedNames(name).bias) : biasOf(matrix, graph, config);
      return graph.op('Add', [product, bias], { outputs: [last] });
    },
  };
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

/**
 * Weights in 8 bits and one scale per column, rows of the input in 8 bits and one scale each. The sums of products are exact
 * integers, so that no kernel, number of rows or threads can change them. Bytes are stored without sign on both sides: with a sign
 * on one of them, processors without a dot-product instruction would saturate. Those that have one are given signs as the
 * session folds its constants.
 */
function int8Products(graph: GraphBuilder, signedBytes: boolean): Products {
  const quantised = new Map<string, { readonly values: string; readonly scale: string }>();
  const one = graph.constant('one', OnnxType.F32, [], new Float32Array([1]));
  const zeroPoint = graph.constant('zero_point', OnnxType.U8, [], new Uint8Array([INT8_ZERO]));
  const quantise = (input: string) => {
    const known = quantised.get(input);
    if (known) return known;
    const largest = graph.op('ReduceMax', [graph.op('Abs', [input]), graph.shape([-1])]);
    const scaled = graph.constant('scaled', OnnxType.F32, [], new Float32Array([1 / LARGEST_INT8]));
    // 0 for a row of zeros, whose bytes are then of no account
    const scale = graph.op('Mul', [largest, scaled]);
    const values = graph.op('QuantizeLinear', [graph.op('Div', [input, scale]), one, zeroPoint]);
    const made = { values, scale };
    quantised.set(input, made);
    return made;
  };
  /** The bytes of a matrix, and what stands for 0 in them, if that is not 0. */
  const bytesOf = (weight: string): readonly string[] => {
    const stored = graph.stored(weight);
    if (!signedBytes) return [stored, zeroPoint];
    // 128 less, in two's complement
    const flipped = graph.op('BitwiseXor', [stored, zeroPoint]);
    return [graph.op('Cast', [flipped], { attributes: { to: int(OnnxType.I8) } })];
  };
  return (input, { name }, output) => {
    const { values, scale } = quantise(input);
    const { weight, scales } = quantisedNames(name);
    const [bytes = '', ...zero] = bytesOf(weight);
    const product = graph.op(
      'MatMulIntegerToFloat',
      [values, bytes, one, graph.stored(scales), zeroPoint, ...zero],
      microsoft,
    );
    return graph.op('Mul', [product, scale], { outputs: [output] });
  };
}

/** Weights in 4 bits and one scale per block; the head, whose errors go into every logit, in 8 bits as above. */
function int4Products(graph: GraphBuilder, signedBytes: boolean): Products {
  const eight = int8Products(graph, signedBytes);
  return (input, matrix, output) => {
    if (isIn8Bits(matrix.name, 'int4')) return eight(input, matrix, output);
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
