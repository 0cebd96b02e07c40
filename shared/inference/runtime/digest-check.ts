import { digestLogits } from '../graph/digest-logits.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import { bytesOf, madeUpTensor } from './made-up-tensor.ts';
import { openNativeSession } from './native-session.ts';

/** Made-up logits. */
export interface DigestTrial {
  readonly rows: number;
  readonly vocabulary: number;
  /** Logits are up to this far from 0. */
  readonly spread: number;
  /** The last row's, which every second of the logits is; as often as not the largest. */
  readonly repeated?: number;
  readonly threads: number;
}

/**
 * What tokens are drawn by: places of the largest, which sums are finite, shares.
 *
 * @param operators - the shared library with our operator; ONNX Runtime's own where there is none
 * @throws {KnownError} `inference-failed` where it cannot be loaded
 */
export async function digestBits(trial: DigestTrial, operators?: string): Promise<Buffer> {
  const { rows, vocabulary, spread, repeated, threads } = trial;
  const options = operators === undefined ? { threads } : { threads, operators };
  const session = openNativeSession(graphOf(trial, operators !== undefined), { folder: '.', ...options });
  const logits = madeUpTensor([rows, vocabulary], 1, spread);
  if (repeated !== undefined)
    for (let i = (rows - 1) * vocabulary; i < logits.data.length; i += 2) logits.data[i] = repeated;
  const inverses = madeUpTensor([rows, 1], 2);
  for (let row = 0; row < rows; row++) inverses.data[row] = 1 / (0.3 + row);
  const best = { type: OnnxType.I64, dims: [rows], data: new BigInt64Array(new ArrayBuffer(8 * rows)) };
  const total = madeUpTensor([rows], 0);
  const shares = madeUpTensor([rows, vocabulary], 0);
  const bound = session.bind({ logits, inverse_temperatures: inverses }, { best, total, shares });
  try {
    await bound.run();
    const finite = Uint8Array.from(total.data, (sum) => Number(Number.isFinite(sum)));
    return Buffer.concat([bytesOf([best, shares]), finite]);
  } finally {
    bound.release();
    await session.release();
  }
}

function graphOf({ vocabulary }: DigestTrial, isOwn: boolean): Uint8Array {
  const graph = new GraphBuilder(new Map());
  digestLogits(graph, isOwn);
  const { F32, I64 } = OnnxType;
  return graph.write(
    [
      { name: 'logits', type: F32, dims: ['N', vocabulary] },
      { name: 'inverse_temperatures', type: F32, dims: ['N', 1] },
    ],
    [
      { name: 'best', type: I64, dims: ['N'] },
      { name: 'total', type: F32, dims: ['N'] },
      { name: 'shares', type: F32, dims: ['N', vocabulary] },
    ],
  );
}
