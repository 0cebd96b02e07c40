import { nonfinite } from '../sampling/inverse-cdf.ts';
import type { RotaryTable } from './graph/rotary.ts';
import { KvCache } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';
import { prefillPrompts } from './prefill.ts';
import { piecesOf, runPiece } from './run-piece.ts';
import type { GraphSession } from './runtime/graph-session.ts';

/** What a model thinks of a text that is given. */
export interface Scored {
  /** Natural logarithm of the probability of each token, after all before it. */
  readonly logprobs: readonly number[];
  /** The most probable token at the place of each and at the place after the last. */
  readonly likeliest: readonly { readonly token: number; readonly logprob: number }[];
}

/** Tokens whose logits are in memory at a time: 39 MB of a vocabulary of 152,000. */
const CHUNK = 64;

/**
 * How probable continuations of a prompt are. The prompt goes through the model once; each continuation by itself, so that
 * others change nothing of it.
 *
 * @param prompt - at least one token
 * @throws {KnownError} `logits-nonfinite`
 */
export async function scoreContinuations(
  prompt: readonly number[],
  continuations: readonly (readonly number[])[],
  session: GraphSession,
  config: ModelConfig,
  rotaryOf: (positions: number) => RotaryTable,
): Promise<readonly Scored[]> {
  const positions = prompt.length + Math.max(1, ...continuations.map(({ length }) => length));
  const cache = new KvCache(config, 1, positions);
  const before = prompt.slice(0, -1);
  if (before.length > 0) cache.addCopy((await prefillPrompts([before], session, config, rotaryOf)).cache, 0);
  const host = { cache, rotary: rotaryOf(positions), session, config };
  const scored: Scored[] = [];
  for (const continuation of continuations) {
    const tokens = [...prompt.slice(-1), ...continuation];
    const made: { logprobs: number[]; likeliest: Scored['likeliest'][number][] } = {
      logprobs: [],
      likeliest: [],
    };
    for (const { start, piece } of piecesOf(tokens, CHUNK)) {
      const logits = new Float32Array(new ArrayBuffer(4 * piece.length * config.vocabulary));
      await runPiece({ rows: [piece], start: before.length + start, first: 0, logits }, host);
      for (const place of piece.keys()) {
        const row = logits.subarray(place * config.vocabulary, (place + 1) * config.vocabulary);
        const { best, logprobOf } = distributionOf(row);
        made.likeliest.push({ token: best, logprob: logprobOf(best) });
        const next = tokens[start + place + 1];
        if (next !== undefined) made.logprobs.push(logprobOf(next));
      }
    }
    scored.push(made);
  }
  return scored;
}

/** Of logits, [V]: the lowest of the most probable tokens, and logarithms of probabilities. */
function distributionOf(logits: Float32Array): {
  readonly best: number;
  readonly logprobOf: (token: number) => number;
} {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] as number) > (logits[best] as number)) best = i;
  const largest = logits[best] as number;
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp((logits[i] as number) - largest);
  const shift = largest + Math.log(total);
  if (!Number.isFinite(shift)) throw nonfinite(1);
  return { best, logprobOf: (token) => (logits[token] as number) - shift };
}
