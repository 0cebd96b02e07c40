import { FEWEST_ROWS } from './graph/linear-layers.ts';
import { OnnxType } from './graph/onnx-writer.ts';
import type { RotaryTable } from './graph/rotary.ts';
import { KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import type { GraphSession } from './runtime/graph-session.ts';

/** Prompts that have gone through the model. */
export interface Prefilled {
  /** A row for each. */
  readonly cache: KvCache;
  /** [prompts, V], for the token after each. */
  readonly logits: Float32Array;
}

/** Tokens that go through the model at a time: enough to keep the processor busy, and a bound for the memory of attention scores. */
const CHUNK = 256;

/**
 * Runs prompts together where they are short; a longer one goes alone, piece by piece. Neither changes a bit of what comes out.
 *
 * @param prompts - each of at least one token
 */
export async function prefillPrompts(
  prompts: readonly (readonly number[])[],
  session: GraphSession,
  config: ModelConfig,
  rotaryOf: (positions: number) => RotaryTable,
): Promise<Prefilled> {
  const positions = Math.max(...prompts.map((prompt) => prompt.length), FEWEST_ROWS);
  const cache = new KvCache(config, prompts.length, positions);
  const rotary = rotaryOf(positions);
  const logits = new Float32Array(new ArrayBuffer(4 * prompts.length * config.vocabulary));
  const into = { cache, rotary, logits, session, vocabulary: config.vocabulary };
  for (const group of together(prompts)) {
    const first = cache.rows;
    if (group.length > 1) await runPiece(group, 0, first, into);
    else
      for (const [start, piece] of pieces(group[0] as readonly number[]))
        await runPiece([piece], start, first, into);
    for (const prompt of group) cache.addRow(prompt.length);
  }
  return { cache, logits };
}

/** Neighbours that fit into one run side by side, each as wide as the longest. */
function together(prompts: readonly (readonly number[])[]): (readonly number[])[][] {
  const groups: (readonly number[])[][] = [];
  let widest = 0;
  for (const prompt of prompts) {
    const group = groups.at(-1);
    widest = Math.max(widest, prompt.length);
    if (group && (group.length + 1) * widest <= CHUNK) group.push(prompt);
    else {
      groups.push([prompt]);
      widest = prompt.length;
    }
  }
  return groups;
}

/** A prompt in pieces whose lengths differ by 1 at most, and where each starts. */
function* pieces(prompt: readonly number[]): Generator<[start: number, piece: readonly number[]]> {
  const count = Math.ceil(prompt.length / CHUNK);
  const startOf = (piece: number) => Math.floor((piece * prompt.length) / count);
  for (let piece = 0; piece < count; piece++)
    yield [startOf(piece), prompt.slice(startOf(piece), startOf(piece + 1))];
}

interface Into {
  readonly cache: KvCache;
  readonly rotary: RotaryTable;
  readonly logits: Float32Array;
  readonly session: GraphSession;
  readonly vocabulary: number;
}

/**
 * Runs tokens of one row that has `start` already, or of several that have none.
 *
 * @param first - the row of the first
 */
async function runPiece(
  rows: readonly (readonly number[])[],
  start: number,
  first: number,
  into: Into,
): Promise<void> {
  const { cache, rotary, logits, session, vocabulary } = into;
  const count = rows.length;
  const width = Math.max(...rows.map((row) => row.length), FEWEST_ROWS);
  const tokens = new BigInt64Array(new ArrayBuffer(8 * count * width));
  for (const [i, row] of rows.entries())
    for (const [j, token] of row.entries()) tokens[i * width + j] = BigInt(token);
  const lengths = Int32Array.from(rows, (row) => start + row.length - 1);
  const last = BigInt64Array.from(rows, (row, i) => BigInt(i * width + row.length - 1));
  const { inputs, outputs } = cache.tensors(first, count);
  const target = logits.subarray(first * vocabulary, (first + count) * vocabulary);
  const bound = session.bind(
    {
      tokens: { type: OnnxType.I64, dims: [count, width], data: tokens },
      lengths: { type: OnnxType.I32, dims: [count], data: lengths },
      longest: { type: OnnxType.I32, dims: [1], data: Int32Array.of(start + width) },
      last: { type: OnnxType.I64, dims: [count], data: last },
      ...rotary,
      ...inputs,
    },
    { logits: { type: OnnxType.F32, dims: [count, vocabulary], data: target }, ...outputs },
  );
  try {
    await bound.run();
  } finally {
    bound.release();
  }
}
