import { GraphBuilder, microsoft, oneshot } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import { oneOf, quantiseRows, zeroPointOf } from '../graph/row-operators.ts';
import type { BoundTensor } from './graph-session.ts';
import { bytesOf, madeUpTensor } from './made-up-tensor.ts';
import { openNativeSession } from './native-session.ts';

/** Made-up rows that are multiplied by made-up weights of 8 bits. */
export interface ProductsTrial {
  /** Of each product, one after the other. */
  readonly rows: readonly number[];
  /** Numbers of a row, a multiple of 4. */
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

function graphOf({ inner, outer }: ProductsTrial, isOwn: boolean): Uint8Array {
  const graph = new GraphBuilder(new Map());
  const weights = Uint8Array.from({ length: inner * outer }, (_, i) => 1 + ((i * 97 + (i >> 5)) % 255));
  const matrix = graph.constant('matrix', OnnxType.U8, [inner, outer], weights);
  const numbers = (name: string, seed: number) =>
    graph.constant(name, OnnxType.F32, [outer], madeUpTensor([outer], seed).data);
  const [scales, bias] = [numbers('scales', 1), numbers('bias', 2)];
  const { values, scale } = quantiseRows(graph, 'x', false);
  if (isOwn) {
    graph.op('MultiplyBytes', [values, matrix, scales], { ...oneshot, outputs: ['plain'] });
    graph.op('MultiplyBytes', [values, matrix, scales, scale, bias], { ...oneshot, outputs: ['finished'] });
  } else {
    const zero = zeroPointOf(graph);
    const inputs = [values, matrix, oneOf(graph), scales, zero, zero];
    graph.op('MatMulIntegerToFloat', inputs, { ...microsoft, outputs: ['plain'] });
    graph.op('Add', [graph.op('Mul', ['plain', scale]), bias], { outputs: ['finished'] });
  }
  const value = (name: string, size: number) => ({ name, type: OnnxType.F32, dims: ['B', 'S', size] });
  return graph.write([value('x', inner)], [value('plain', outer), value('finished', outer)]);
}
