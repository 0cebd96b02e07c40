import { GraphBuilder, int, microsoft, oneshot } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import { blocksOf, INT4_BLOCK, INT8_ZERO, LARGEST_MULTIPLIER } from '../graph/quantised-names.ts';
import { oneOf, quantiseRows, zeroPointOf } from '../graph/row-operators.ts';
import type { BoundTensor } from './graph-session.ts';
import { bytesOf, madeUpTensor } from './made-up-tensor.ts';
import { openNativeSession } from './native-session.ts';

/** Made-up rows that are multiplied by made-up weights. */
export interface ProductsTrial {
  /** Of a weight. */
  readonly bits: 8 | 4;
  /** Of each product, one after the other. */
  readonly rows: readonly number[];
  /** Numbers of a row, a multiple of 8. */
  readonly inner: number;
  /** Columns of the weights. */
  readonly outer: number;
  readonly threads: number;
}

/**
 * What products leave: scaled by column alone, and by row with a bias.
 *
 * @param operators - the shared library with ours; ONNX Runtime's own where there is none
 * @throws {KnownError} `inference-failed` where it cannot be loaded, or has no products for this processor
 */
export async function productsBits(trial: ProductsTrial, operators?: string): Promise<Buffer> {
  const { inner, outer, threads } = trial;
  const options = operators === undefined ? { threads } : { threads, operators };
  const session = openNativeSession(graphOf(trial, operators !== undefined), { folder: '.', ...options });
  const left: Buffer[] = [];
  try {
    for (const rows of trial.rows) {
      const outputs: Record<string, BoundTensor> = {
        plain: madeUpTensor([rows, 1, outer], 0),
        finished: madeUpTensor([rows, 1, outer], 0),
      };
      const bound = session.bind({ x: madeUpTensor([rows, 1, inner], rows) }, outputs);
      try {
        await bound.run();
        left.push(bytesOf(Object.values(outputs)));
      } finally {
        bound.release();
      }
    }
  } finally {
    await session.release();
  }
  return Buffer.concat(left);
}

function graphOf(trial: ProductsTrial, isOwn: boolean): Uint8Array {
  const { inner, outer } = trial;
  const graph = new GraphBuilder(new Map());
  const numbers = (name: string, seed: number) =>
    graph.constant(name, OnnxType.F32, [outer], madeUpTensor([outer], seed).data);
  const [scales, bias] = [numbers('scales', 1), numbers('bias', 2)];
  const { values, scale } = quantiseRows(graph, 'x', false);
  if (isOwn) {
    const product = ownProduct(graph, trial);
    product([values, 'weights', scales, '', ''], 'plain');
    product([values, 'weights', scales, scale, bias], 'finished');
  } else {
    const matrix = graph.constant('weights', OnnxType.U8, [inner, outer], bytesOfWeights(trial));
    const zero = zeroPointOf(graph);
    const inputs = [values, matrix, oneOf(graph), scales, zero, zero];
    graph.op('MatMulIntegerToFloat', inputs, { ...microsoft, outputs: ['plain'] });
    graph.op('Add', [graph.op('Mul', ['plain', scale]), bias], { outputs: ['finished'] });
  }
  const value = (name: string, size: number) => ({ name, type: OnnxType.F32, dims: ['B', 'S', size] });
  return graph.write([value('x', inner)], [value('plain', outer), value('finished', outer)]);
}

function ownProduct(graph: GraphBuilder, trial: ProductsTrial) {
  const { bits, inner, outer } = trial;
  const attributes = { threads: int(trial.threads) };
  if (bits === 8) {
    graph.constant('weights', OnnxType.U8, [inner, outer], bytesOfWeights(trial));
    return (inputs: readonly string[], output: string) =>
      graph.op('MultiplyBytes', inputs, { ...oneshot, attributes, outputs: [output] });
  }
  const weights = new Uint8Array(Math.ceil((inner * outer) / 2));
  for (let i = 0; i < inner * outer; i++)
    weights[i >> 1] = (weights[i >> 1] as number) | ((nibbleAt(i) & 15) << ((i & 1) * 4));
  const multipliers = Uint8Array.from({ length: blocksOf(inner) * outer }, (_, i) => multiplierAt(i));
  graph.constant('weights', OnnxType.U8, [weights.length], weights);
  graph.constant('multipliers', OnnxType.U8, [blocksOf(inner), outer], multipliers);
  return (inputs: readonly string[], output: string) =>
    graph.op('MultiplyNibbles', [...inputs, 'multipliers'], {
      ...oneshot,
      attributes: { ...attributes, inner: int(inner) },
      outputs: [output],
    });
}

/** The weights as bytes, 128 standing for 0. */
function bytesOfWeights({ bits, inner, outer }: ProductsTrial): Uint8Array {
  return Uint8Array.from({ length: inner * outer }, (_, i) => {
    if (bits === 8) return 1 + ((i * 97 + (i >> 5)) % 255);
    const block = Math.floor(i / outer / INT4_BLOCK);
    return INT8_ZERO + nibbleAt(i) * multiplierAt(block * outer + (i % outer));
  });
}

const nibbleAt = (i: number) => ((i * 7 + (i >> 4)) % 16) - 8;
const multiplierAt = (i: number) => 1 + ((i * 11 + (i >> 3)) % LARGEST_MULTIPLIER);
