import { attentionNode } from '../graph/attention-node.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import type { BoundTensor } from './graph-session.ts';
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

/** Heads that share keys and values in an odd number, half of a register left over, and ends of every loop, short and long. */
const TRIAL: AttentionTrial = {
  ...{ heads: 6, kvHeads: 2, headDim: 48, positions: 131, lengths: [1, 15, 46, 70, 101, 127] },
  ...{ width: 1, steps: 2, packed: true, threads: 1 },
};

/**
 * Whether the operator in a shared library leaves the bits of the library's own attention.
 *
 * @throws {KnownError} `inference-failed` where it cannot be loaded
 */
export async function computesAlike(file: string): Promise<boolean> {
  const own = await attentionBits(TRIAL, file);
  return own.equals(await attentionBits(TRIAL));
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
    madeUp([rows, kvHeads, positions, headDim], 1),
    madeUp([rows, kvHeads, positions, headDim], 2),
  ];
  const mixed = madeUp([rows, width, heads * headDim], 3);
  const inputs = Object.entries(inputWidths(trial)).map(
    ([name, size], i) => [name, madeUp([rows, width, size], 4 + i)] as const,
  );
  const bound = session.bind(
    {
      ...Object.fromEntries(inputs),
      ...{ 'key.0': key, 'value.0': value },
      lengths: { type: OnnxType.I32, dims: [rows], data: lengths },
      longest: { type: OnnxType.I32, dims: [1], data: longest },
      cos: madeUp([positions, headDim / 2], 8),
      sin: madeUp([positions, headDim / 2], 9),
    },
    { mixed, 'key.0.next': key, 'value.0.next': value },
  );
  const left: Uint8Array[] = [];
  try {
    for (let step = 0; step < trial.steps; step++) {
      longest[0] = Math.max(...lengths) + 1;
      await bound.run();
      for (const { data } of [mixed, key, value]) left.push(new Uint8Array(data.slice().buffer));
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
  attentionNode(graph, { ...trial, layer: 0, queryKeyValue, mixed: 'mixed', isOwn });
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

/** Numbers between -2 and 2 without a pattern, others for another seed. */
function madeUp(dims: readonly number[], seed: number): BoundTensor & { readonly data: Float32Array } {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const data = new Float32Array(new ArrayBuffer(4 * count));
  for (let i = 0; i < count; i++) data[i] = 2 * Math.sin((i + 1) * (seed + Math.SQRT2) * 12.9898);
  return { type: OnnxType.F32, dims, data };
}
