import type { RotaryTable } from './graph/rotary.ts';
import { KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import { FEWEST_TOKENS, piecesOf, runPiece } from './run-piece.ts';
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
  const positions = Math.max(...prompts.map((prompt) => prompt.length), FEWEST_TOKENS);
  const cache = new KvCache(config, prompts.length, positions);
  const logits = new Float32Array(new ArrayBuffer(4 * prompts.length * config.vocabulary));
  const host = { cache, rotary: rotaryOf(positions), session, config };
  for (const group of together(prompts)) {
    const first = cache.rows;
    const target = logits.subarray(first * config.vocabulary, (first + group.length) * config.vocabulary);
    if (group.length > 1) await runPiece({ rows: group, start: 0, first, logits: target }, host);
    else
      for (const { start, piece } of piecesOf(group[0] as readonly number[], CHUNK))
        await runPiece({ rows: [piece], start, first, logits: target }, host);
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
