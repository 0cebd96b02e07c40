import { GraphBuilder, microsoft } from '../graph/graph-builder.ts';
import { OnnxType } from '../graph/onnx-writer.ts';
import { INT8_ZERO, LARGEST_INT8 } from '../graph/quantised-names.ts';
import { openSession } from './open-session.ts';

/** More rows than a kernel takes at a time, and a few that are left over. */
const ROWS = 13;
const INNER = 64;
const OUTER = 32;

/**
 * Of the weights' own bytes, what must be free for giving them signs: as the session opens, ONNX Runtime holds them with and
 * without for a while, and half is left for keys and values.
 */
const FREE_SHARE = 4;

let found: Promise<boolean> | undefined;

/**
 * Whether weights in 8 bits are to be given signs: where that is exact, and there is memory for it.
 *
 * @param bytes - of those weights
 * @param free - bytes of memory
 */
export async function givesSigns(bytes: number, free: number): Promise<boolean> {
  return bytes > 0 && FREE_SHARE * bytes <= free && (await signedBytesAreExact());
}

/**
 * Whether this processor multiplies bytes without sign by bytes with one exactly, which is the faster way then. It does where it has an
 * instruction for sums of such products (VNNI on x86). Others add pairs of products in 16 bits, which the largest overflow.
 * Found out once for a process, by the largest products.
 *
 * @throws {KnownError} `inference-failed`
 */
export function signedBytesAreExact(): Promise<boolean> {
  found ??= multiplyLargest();
  return found;
}

async function multiplyLargest(): Promise<boolean> {
  const session = await openSession(productGraph(), { folder: '.', threads: 1 });
  const x = new Float32Array(ROWS * INNER).fill(LARGEST_INT8);
  const y = new Float32Array(ROWS * OUTER);
  const bound = session.bind(
    { x: { type: OnnxType.F32, dims: [ROWS, INNER], data: x } },
    { y: { type: OnnxType.F32, dims: [ROWS, OUTER], data: y } },
  );
  try {
    await bound.run();
    return y.every((sum, i) => sum === INNER * LARGEST_INT8 * largestOf(i % OUTER));
  } finally {
    bound.release();
    await session.release();
  }
}

/** The weight of a column: as far from 0 as any, on either side. */
const largestOf = (column: number) => (column % 2 === 0 ? LARGEST_INT8 : -LARGEST_INT8);

/** y [rows, OUTER] = x [rows, INNER], as bytes without sign, times the largest weights. */
function productGraph(): Uint8Array {
  const graph = new GraphBuilder(new Map());
  const one = graph.constant('one', OnnxType.F32, [], Float32Array.of(1));
  const zeroPoint = graph.constant('zero_point', OnnxType.U8, [], Uint8Array.of(INT8_ZERO));
  const weights = Int8Array.from({ length: INNER * OUTER }, (_, i) => largestOf(i % OUTER));
  const matrix = graph.constant('matrix', OnnxType.I8, [INNER, OUTER], weights);
  const values = graph.op('QuantizeLinear', ['x', one, zeroPoint]);
  graph.op('MatMulIntegerToFloat', [values, matrix, one, one, zeroPoint], { ...microsoft, outputs: ['y'] });
  return graph.write(
    [{ name: 'x', type: OnnxType.F32, dims: ['M', INNER] }],
    [{ name: 'y', type: OnnxType.F32, dims: ['M', OUTER] }],
  );
}
