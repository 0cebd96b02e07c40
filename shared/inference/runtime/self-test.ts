import { OnnxType, writeOnnxModel } from '../graph/onnx-writer.ts';
import type { GraphSession, SessionOptions } from './graph-session.ts';

/**
 * Whether a graph of one addition, whose output lies in the memory of an input, leaves there what it should: twice, since the
 * second time it reads what the first time wrote.
 */
export async function passesSelfTest(
  open: (graph: Uint8Array, options: SessionOptions) => GraphSession,
): Promise<boolean> {
  const vector = (name: string) => ({ name, type: OnnxType.F32, dims: [2] });
  const graph = writeOnnxModel({
    nodes: [{ op: 'Add', inputs: ['total', 'more'], outputs: ['sum'], domain: '', attributes: {} }],
    initializers: [],
    inputs: [vector('total'), vector('more')],
    outputs: [vector('sum')],
  });
  const session = open(graph, { folder: '.', threads: 1 });
  const total = { ...vector('total'), data: Float32Array.of(1, 2) };
  const more = { ...vector('more'), data: Float32Array.of(0.5, -4) };
  const bound = session.bind({ total, more }, { sum: total });
  try {
    await bound.run();
    await bound.run();
    return total.data[0] === 2 && total.data[1] === -6;
  } finally {
    bound.release();
    await session.release();
  }
}
