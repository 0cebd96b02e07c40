import { GraphBuilder, int } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import {
  addAndNorm,
  gate,
  ownAddAndNorm,
  ownGate,
  type Quantised,
  quantiseRows,
  turnBlocks,
} from '../graph/row-operators.ts';
import type { BoundTensor } from './graph-session.ts';
import { bytesOf, madeUpTensor } from './made-up-tensor.ts';
import { openNativeSession } from './native-session.ts';

/** Made-up rows that go through all that lies between products. */
export interface RowsTrial {
  readonly rows: number;
  /** Numbers of a row of the residual stream, a multiple of 8. */
  readonly hidden: number;
  /** Inner values of a row, a multiple of the turn's size, and more than one. */
  readonly intermediate: number;
  /** Size of the blocks that are turned, a multiple of 8. */
  readonly turn: number;
  /** Numbers are up to this far from 0. */
  readonly spread: number;
  readonly threads: number;
}

const EPSILON = 1e-6;

/**
 * What operators between products leave: sums, bytes and scales.
 *
 * @param operators - the shared library with ours; ONNX Runtime's own where there is none
 * @throws {KnownError} `inference-failed` where it cannot be loaded
 */
export async function rowsBits(trial: RowsTrial, operators?: string): Promise<Buffer> {
  const { rows, hidden, intermediate, turn, spread, threads } = trial;
  const options = operators === undefined ? { threads } : { threads, operators };
  const session = openNativeSession(graphOf(trial, operators !== undefined), { folder: '.', ...options });
  const of = (size: number, seed: number) => madeUpTensor([rows, 1, size], seed, spread);
  const inputs = {
    added: of(hidden, 1),
    added_scale: of(1, 2),
    residual: of(hidden, 3),
    gain: madeUpTensor([hidden], 4),
    packed: of(2 * intermediate, 5),
    packed_scale: of(1, 6),
    turn: madeUpTensor([turn, turn], 7, 1),
  };
  inputs.residual.data.fill(0, 0, hidden); // a first row of nothing but zeros
  inputs.added.data.fill(0, 0, hidden);
  const integers = (size: number): BoundTensor => ({
    ...{ type: OnnxType.I32, dims: [rows, 1, size] },
    data: new Int32Array(new ArrayBuffer(4 * rows * size)),
  });
  const outputs = {
    sum: of(hidden, 0),
    normed_bytes: integers(hidden),
    normed_scale: of(1, 0),
    inner_bytes: integers(intermediate),
    inner_scale: of(1, 0),
    plain_bytes: integers(hidden),
    plain_scale: of(1, 0),
  };
  const bound = session.bind(inputs, outputs);
  try {
    await bound.run();
    return bytesOf(Object.values(outputs));
  } finally {
    bound.release();
    await session.release();
  }
}

function graphOf({ hidden, intermediate, turn }: RowsTrial, isOwn: boolean): Uint8Array {
  const graph = new GraphBuilder(new Map());
  const give = (from: string, to: string) => graph.op('Identity', [from], { outputs: [to] });
  const giveRows = ({ values, scale }: Quantised, name: string) => {
    graph.op('Cast', [values], {
      attributes: { to: int(OnnxType.I32) },
      outputs: [`${name}_bytes`],
    });
    give(scale, `${name}_scale`);
  };
  const scaled = (name: string) => graph.op('Mul', [name, `${name}_scale`]);
  if (isOwn) {
    const inputs = ['added', 'added_scale', 'residual', 'gain'] as const;
    const { residual, ...normed } = ownAddAndNorm(graph, inputs, EPSILON);
    give(residual, 'sum');
    giveRows(normed, 'normed');
    giveRows(ownGate(graph, 'packed', 'packed_scale', 'turn'), 'inner');
  } else {
    const { residual, normed } = addAndNorm(graph, [scaled('added'), 'residual', 'gain'], EPSILON);
    give(residual, 'sum');
    giveRows(quantiseRows(graph, normed, false), 'normed');
    const values = gate(graph, scaled('packed'), intermediate);
    const turned = turnBlocks(graph, values, intermediate, 'turn', turn);
    giveRows(quantiseRows(graph, turned, false), 'inner');
  }
  giveRows(quantiseRows(graph, 'added', isOwn), 'plain');
  const { F32, I32 } = OnnxType;
  const value = (type: OnnxType) => (name: string, size: number) => ({ name, type, dims: ['B', 'S', size] });
  const [numbers, integers] = [value(F32), value(I32)];
  return graph.write(
    [
      numbers('added', hidden),
      numbers('added_scale', 1),
      numbers('residual', hidden),
      { name: 'gain', type: F32, dims: [hidden] },
      numbers('packed', 2 * intermediate),
      numbers('packed_scale', 1),
      { name: 'turn', type: F32, dims: [turn, turn] },
    ],
    [
      numbers('sum', hidden),
      integers('normed_bytes', hidden),
      numbers('normed_scale', 1),
      integers('inner_bytes', intermediate),
      numbers('inner_scale', 1),
      integers('plain_bytes', hidden),
      numbers('plain_scale', 1),
    ],
  );
}
