import type { Sampling } from '../ports/generator.ts';
import { drawByShares, shareError } from '../sampling/draw-by-shares.ts';
import { type Choice, inverseCdf, mostProbable } from '../sampling/inverse-cdf.ts';
import { penaliseRepetition } from '../sampling/penalise-repetition.ts';

/** What a run of the model says of the token after a row. */
export interface NextToken {
  /** [V] */
  readonly logits: Float32Array;
  /** What the graph has made of them; the first token of a completion does without. */
  readonly digest?: LogitDigest;
}

export interface LogitDigest {
  /** The token with the largest logit, the lowest among equals. */
  readonly best: number;
  /** Sum of the logits, which is finite where each of them is. */
  readonly total: number;
  /** [V] probabilities at the row's temperature, or at 1 where that is 0, in fp32. */
  readonly shares: Float32Array;
}

/** How one token is drawn. */
export interface TokenDraw {
  readonly sampling: Sampling;
  /** In [0, 1). */
  readonly u: number;
  /** Whether the logarithm of its probability is wanted; without, it is NaN and takes less time. */
  readonly logprob: boolean;
  /** Tokens of prompt and completion so far. */
  readonly seen: () => Iterable<number>;
}

/**
 * Draws the token after a row: by the digest of its logits where that tells, else from the logits themselves, with the same result.
 *
 * @throws {KnownError} `logits-nonfinite`
 */
export function drawToken(next: NextToken, draw: TokenDraw): Choice {
  const token = drawFast(next, draw);
  if (token !== undefined) return { token, logprob: Number.NaN };
  const { u, logprob, seen } = draw;
  const { repetitionPenalty, ...sampling } = draw.sampling;
  const logits =
    repetitionPenalty === undefined
      ? next.logits
      : penaliseRepetition(next.logits, seen(), repetitionPenalty);
  if (sampling.temperature === 0 && !logprob) return { token: mostProbable(logits), logprob: Number.NaN };
  const choice = inverseCdf(logits, { ...sampling, u });
  return logprob ? choice : { ...choice, logprob: Number.NaN };
}

function drawFast({ logits, digest }: NextToken, { sampling, u, logprob }: TokenDraw): number | undefined {
  const { temperature, topP, topK, minP, repetitionPenalty } = sampling;
  if (!digest || logprob || repetitionPenalty !== undefined || !Number.isFinite(digest.total))
    return undefined;
  if (temperature === 0) return digest.best;
  if (topP < 1 || topK !== undefined || minP !== undefined) return undefined;
  return drawByShares(digest.shares, u, shareError(logits[digest.best] as number, temperature));
}
