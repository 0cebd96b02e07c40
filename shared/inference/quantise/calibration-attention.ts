import { inverseFrequencies } from '../graph/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import { TEXT_TOKENS } from './calibration-tokens.ts';
import { normalised, scaled, type TokenColumns } from './token-columns.ts';

/**
 * Turns queries or keys by their positions.
 *
 * @param heads - [heads · headDim, TEXT_TOKENS]
 */
export function rotated(heads: TokenColumns, { rope, headDim }: ModelConfig): TokenColumns {
  const turned = new Float64Array(heads.length);
  const half = (headDim / 2) * TEXT_TOKENS;
  for (const [i, frequency] of inverseFrequencies(rope, headDim).entries())
    for (let position = 0; position < TEXT_TOKENS; position++) {
      const angle = Math.fround(position * frequency);
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let at = i * TEXT_TOKENS + position; at < heads.length; at += 2 * half) {
        const [a, b] = [heads[at] as number, heads[at + half] as number];
        turned[at] = a * cos - b * sin;
        turned[at + half] = b * cos + a * sin;
      }
    }
  return turned;
}

/** Each head normalised by itself. @param gains - [headDim] */
export function normalisedHeads(
  heads: TokenColumns,
  gains: Float64Array,
  { rmsNormEps }: ModelConfig,
): TokenColumns {
  const length = gains.length * TEXT_TOKENS;
  const normed = new Float64Array(heads.length);
  for (let first = 0; first < heads.length; first += length) {
    const head = heads.subarray(first, first + length);
    normed.set(scaled(normalised(head, rmsNormEps), gains), first);
  }
  return normed;
}

/** Causal attention. @returns [heads · headDim, TEXT_TOKENS] */
export function attended(
  [queries, keys, values]: readonly [TokenColumns, TokenColumns, TokenColumns],
  { heads, kvHeads, headDim }: ModelConfig,
): TokenColumns {
  const mixed = new Float64Array(queries.length);
  const length = headDim * TEXT_TOKENS;
  for (let head = 0; head < heads; head++) {
    const own = head * length;
    const shared = Math.floor((head * kvHeads) / heads) * length;
    for (let token = 0; token < TEXT_TOKENS; token++) {
      const shares = sharesOf(queries, own + token, keys, shared, headDim, token);
      for (let i = 0; i < length; i += TEXT_TOKENS)
        for (const [other, share] of shares.entries()) {
          const at = own + i + token;
          mixed[at] = (mixed[at] as number) + share * (values[shared + i + other] as number);
        }
    }
  }
  return mixed;
}

/** Softmax of a token's query by the keys of all tokens up to itself. */
function sharesOf(
  queries: TokenColumns,
  query: number,
  keys: TokenColumns,
  key: number,
  headDim: number,
  token: number,
): readonly number[] {
  const scores = Array.from({ length: token + 1 }, (_, other) => {
    let score = 0;
    for (let i = 0; i < headDim * TEXT_TOKENS; i += TEXT_TOKENS)
      score += (queries[query + i] as number) * (keys[key + other + i] as number);
    return score / Math.sqrt(headDim);
  });
  const largest = Math.max(...scores);
  const terms = scores.map((score) => Math.exp(score - largest));
  const total = terms.reduce((sum, term) => sum + term);
  return terms.map((term) => term / total);
}
