import { OnnxType } from './graph/onnx-writer.ts';
import type { RotaryTable } from './graph/rotary.ts';
import type { KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import type { GraphSession } from './runtime/graph-session.ts';

/** Of a prompt that go through the model at least: attention takes a single one for a step, and another way. */
export const FEWEST_TOKENS = 2;

/** What tokens run in. */
export interface PieceHost {
  readonly cache: KvCache;
  readonly rotary: RotaryTable;
  readonly session: GraphSession;
  readonly config: ModelConfig;
}

/** New tokens of one sequence that has `start` already, then at least two; or of several that have none. */
export interface Piece {
  readonly rows: readonly (readonly number[])[];
  readonly start: number;
  /** Row of the cache that the first of them has. */
  readonly first: number;
  /** Written: [rows, V], after the last token of each; or, of one sequence, [new tokens, V], after each. */
  readonly logits: Float32Array;
}

/** Runs tokens of several positions, side by side. */
export async function runPiece({ rows, start, first, logits }: Piece, host: PieceHost): Promise<void> {
  const { vocabulary } = host.config;
  const count = rows.length;
  const width = Math.max(...rows.map((row) => row.length), FEWEST_TOKENS);
  const tokens = new BigInt64Array(new ArrayBuffer(8 * count * width));
  for (const [i, row] of rows.entries())
    for (const [j, token] of row.entries()) tokens[i * width + j] = BigInt(token);
  const lengths = Int32Array.from(rows, (row) => start + row.length - 1);
  const isOfEach = logits.length > count * vocabulary;
  const wanted = isOfEach ? [...(rows[0] ?? []).keys()] : rows.map((row, i) => i * width + row.length - 1);
  const { inputs, outputs } = host.cache.tensors(first, count);
  const bound = host.session.bind(
    {
      tokens: { type: OnnxType.I64, dims: [count, width], data: tokens },
      lengths: { type: OnnxType.I32, dims: [count], data: lengths },
      longest: { type: OnnxType.I32, dims: [1], data: Int32Array.of(start + width) },
      last: { type: OnnxType.I64, dims: [wanted.length], data: BigInt64Array.from(wanted, BigInt) },
      inverse_temperatures: {
        ...{ type: OnnxType.F32, dims: [wanted.length, 1] },
        data: new Float32Array(wanted.length).fill(1),
      },
      ...host.rotary,
      ...inputs,
    },
    {
      logits: { type: OnnxType.F32, dims: [wanted.length, vocabulary], data: logits },
      ...outputs,
    },
  );
  try {
    await bound.run();
  } finally {
    bound.release();
  }
}

/** Tokens in pieces of at most so many whose lengths differ by 1 at most, and where each starts. */
export function* piecesOf(
  tokens: readonly number[],
  most: number,
): Generator<{ readonly start: number; readonly piece: readonly number[] }> {
  const count = Math.ceil(tokens.length / most);
  const startOf = (piece: number) => Math.floor((piece * tokens.length) / count);
  for (let piece = 0; piece < count; piece++)
    yield { start: startOf(piece), piece: tokens.slice(startOf(piece), startOf(piece + 1)) };
}
