/**
 * What lies between products of bytes, by operators of ONNX Runtime or by ours (`shared/inference/native/row-operators.h`), which give
 * the same bits.
 */
import { float, type GraphBuilder, type int, microsoft, oneshot } from './graph-builder.ts';
import { OnnxType } from './onnx-writer.ts';
import { INT8_ZERO, LARGEST_INT8 } from './quantised-names.ts';

/** Rows as bytes, by name: values [..., N], scale [..., 1]. */
export interface Quantised {
  readonly values: string;
  readonly scale: string;
}

/** That rows of ours are a multiple of. */
export const OWN_WIDTH = 8;

/** Rows [..., N] as bytes without sign. */
export function quantiseRows(graph: GraphBuilder, input: string, isOwn: boolean): Quantised {
  if (isOwn) return ownRows(graph, 'QuantizeRows', [input]);
  const largest = graph.op('ReduceMax', [graph.op('Abs', [input]), graph.shape([-1])]);
  const scaled = graph.constant('scaled', OnnxType.F32, [], new Float32Array([1 / LARGEST_INT8]));
  // 0 for a row of zeros, whose bytes are then of no account
  const scale = graph.op('Mul', [largest, scaled]);
  const inputs = [graph.op('Div', [input, scale]), oneOf(graph), zeroPointOf(graph)];
  return { values: graph.op('QuantizeLinear', inputs), scale };
}

/** The scale of bytes that have none of their own. */
export function oneOf(graph: GraphBuilder): string {
  return graph.constant('one', OnnxType.F32, [], new Float32Array([1]));
}

/** What stands for 0 in bytes without sign. */
export function zeroPointOf(graph: GraphBuilder): string {
  return graph.constant('zero_point', OnnxType.U8, [], new Uint8Array([INT8_ZERO]));
}

/** silu(gate) · up of gates and values [..., 2 · N] in one. */
export function gate(graph: GraphBuilder, packed: string, count: number): string {
  const [first, up] = graph.split(packed, graph.shape([count, count]), 2);
  const silu = graph.op('QuickGelu', [first as string], { ...microsoft, attributes: { alpha: float(1) } });
  return graph.op('Mul', [silu, up as string]);
}

/** Blocks of values [..., N], each times the matrix `turn` [size, size]. */
export function turnBlocks(
  graph: GraphBuilder,
  values: string,
  count: number,
  turn: string,
  size: number,
): string {
  const blocks = graph.op('Reshape', [values, graph.shape([0, 0, count / size, size])]);
  return graph.op('Reshape', [graph.op('MatMul', [blocks, turn]), graph.shape([0, 0, count])]);
}

/** `gate` of what is scaled by `scale` [..., 1] first, turned and quantised, in one. */
export function ownGate(graph: GraphBuilder, packed: string, scale: string, turn: string): Quantised {
  return ownRows(graph, 'GateRows', [packed, scale, turn]);
}

/** The sum of two streams [B, S, N], and the sum normalised. */
export function addAndNorm(
  graph: GraphBuilder,
  [added, residual, gain]: readonly [added: string, residual: string, gain: string],
  epsilon: number,
): { readonly residual: string; readonly normed: string } {
  const normed = graph.name('normed');
  const sum = graph.name('residual');
  graph.op('SkipSimplifiedLayerNormalization', [added, residual, gain], {
    ...microsoft,
    attributes: { epsilon: float(epsilon) },
    outputs: [normed, '', '', sum],
  });
  return { residual: sum, normed };
}

/** `addAndNorm` of what is scaled by `scale` [..., 1] first, and quantised, in one. */
export function ownAddAndNorm(
  graph: GraphBuilder,
  inputs: readonly [added: string, scale: string, residual: string, gain: string],
  epsilon: number,
): Quantised & { readonly residual: string } {
  const residual = graph.name('residual');
  const attributes = { epsilon: float(epsilon) };
  return { residual, ...ownRows(graph, 'AddAndNormRows', inputs, { attributes }, [residual]) };
}

function ownRows(
  graph: GraphBuilder,
  op: string,
  inputs: readonly string[],
  options: { readonly attributes?: Readonly<Record<string, ReturnType<typeof float | typeof int>>> } = {},
  before: readonly string[] = [],
): Quantised {
  const [values, scale] = [graph.name('bytes'), graph.name('scale')];
  graph.op(op, inputs, { ...oneshot, ...options, outputs: [...before, values, scale] });
  return { values, scale };
}
