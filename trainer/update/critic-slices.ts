import type { RunSettings } from '../settings/config.ts';
import { balancedPartition } from './balanced-partition.ts';
import { microBatchesOf, type SequenceLength, weightsOf } from './token-weights.ts';

/** One update of the critic. */
export interface CriticSlice {
  /** Completions by index. */
  readonly members: readonly number[];
  /** Weight of every value of each member. */
  readonly weights: readonly number[];
}

/**
 * The updates of a critic in one step, as the paper's code cuts them: completions are dealt to virtual ranks in equal
 * counts, and update j takes slice j of every rank. Inside an update the token mean of each virtual micro-batch is
 * weighted by its share of the rank's completions, and ranks are averaged.
 *
 * @param lengths - [B]; `ranks` divides B, and `completions` is a multiple of it
 * @param counts - [B] values of each completion that are looked at
 */
export function criticSlices(
  lengths: readonly SequenceLength[],
  counts: readonly number[],
  {
    ranks,
    completions,
    microBatchTokens,
  }: Pick<RunSettings['critic'], 'ranks' | 'completions' | 'microBatchTokens'>,
): CriticSlice[] {
  const looked = lengths.map(({ prompt }, b) => ({ prompt, completion: counts[b] as number }));
  const tokens = lengths.map(({ prompt, completion }) => prompt + completion);
  const dealt = balancedPartition(tokens, ranks, true);
  const share = Math.max(1, completions / ranks);
  const count = Math.ceil((dealt[0]?.length ?? 0) / share);
  return Array.from({ length: count }, (_, j) => {
    const slices = dealt.map((rank) => rank.slice(j * share, (j + 1) * share));
    const weights = weightsOf(microBatchesOf(slices, tokens, microBatchTokens), looked);
    const members = slices.flat();
    return { members, weights: members.map((b) => weights[b] as number) };
  });
}
