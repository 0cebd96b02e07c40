import { attentionNode } from '../graph/attention-node.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import { bytesOf, madeUpTensor } from './made-up-tensor.ts';
import { openNativeSession } from './native-session.ts';

/** Made-up rows whose attention is computed. */
export interface AttentionTrial {
  readonly heads: number;
  readonly kvHeads: number;
  /** A multiple of 16. */
  readonly headDim: number;
  /** That each row has room for. */
  readonly positions: number;
  /** Tokens of each row before the new ones. */
  readonly lengths: readonly number[];
  /** New tokens of each row: 1, or as many as there are where nothing is before them. */
  readonly width: number;
  readonly steps: number;
  /** Whether queries, keys and values come in one tensor. */
  readonly packed: boolean;
  readonly threads: number;
}

/**
 * Outputs, keys and values after each step.
 *
 * @param operators - the shared library with our operator; ONNX Runtime's own where there is none
 * @throws {KnownError} `inference-failed` where it cannot be loaded, or refuses the trial
 */
export async function attentionBits(trial: AttentionTrial, operators?: string): Promise<Buffer> {
  const { heads, kvHeads, headDim, positions, width, threads } = trial;
  const options = operators === undefined ? { threads } : { threads, operators };
  const session = openNativeSession(graphOf(trial, operators !== undefined), { folder: '.', ...options });
  const rows = trial.lengths.length;
  const lengths = Int32Array.from(trial.lengths, (length) => length + width - 1);
  const longest = Int32Array.of(0);
  const [key, value] = [
    madeUpTensor([rows, kvHeads, positions, headDim], 1),
    madeUpTensor([rows, kvHeads, positions, headDim], 2),
  ];
  const mixed = madeUpTensor([rows, width, heads * headDim], 3);
  const inputs = Object.entries(inputWidths(trial)).map(
    ([name, size], i) => [name, madeUpTensor([rows, width, size], 4 + i)] as const,
  );
  const bound = session.bind(
    {
      ...Object.fromEntries(inputs),
      ...{ 'key.0': key, 'value.0': value },
      lengths: { type: OnnxType.I32, dims: [rows], data: lengths },
      longest: { type: OnnxType.I32, dims: [1], data: longest },
      cos: madeUpTensor([positions, headDim / 2], 8),
      sin: madeUpTensor([positions, headDim / 2], 9),
    },
    { mixed, 'key.0.next': key, 'value.0.next': value },
  );
  const left: Buffer[] = [];
  try {
    for (let step = 0; step < trial.steps; step++) {
      longest[0] = Math.max(...lengths) + 1;
      await bound.run();
      left.push(bytesOf([mixed, key, value]));
      for (const row of lengths.keys()) lengths[row] = (lengths[row] as number) + 1;
    }
  } finally {
    bound.release();
    await session.release();
  }
  return Buffer.concat(left);
}

/** Of one new token, by the names of the graph's inputs. */
function inputWidths({ heads, kvHeads, headDim, packed }: AttentionTrial): Record<string, number> {
  if (packed) return { packed: (heads + 2 * kvHeads) * headDim };
  return { query: heads * headDim, keys: kvHeads * headDim, values: kvHeads * headDim };
}

function graphOf(trial: AttentionTrial, isOwn: boolean): Uint8Array {
  const { heads, kvHeads, headDim } = trial;
  const graph = new GraphBuilder(new Map());
  const widths = Object.entries(inputWidths(trial));
  const queryKeyValue = trial.packed ? ['packed', '', ''] : widths.map(([name]) => name);
  const ownThreads = isOwn ? trial.threads : undefined;
  attentionNode(graph, { ...trial, layer: 0, queryKeyValue, mixed: 'mixed', ownThreads });
  const { F32, I32 } = OnnxType;
  const cache = ['B', kvHeads, 'P', headDim];
  return graph.write(
    [
      ...widths.map(([name, size]) => ({ name, type: F32, dims: ['B', 'S', size] })),
      { name: 'key.0', type: F32, dims: cache },
      { name: 'value.0', type: F32, dims: cache },
      { name: 'lengths', type: I32, dims: ['B'] },
      { name: 'longest', type: I32, dims: [1] },
      { name: 'cos', type: F32, dims: ['C', headDim / 2] },
      { name: 'sin', type: F32, dims: ['C', headDim / 2] },
    ],
    [
      { name: 'mixed', type: F32, dims: ['B', 'S', heads * headDim] },
      { name: 'key.0.next', type: F32, dims: cache },
      { name: 'value.0.next', type: F32, dims: cache },
    ],
  );
}
