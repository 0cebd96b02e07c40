import { sum } from '#shared/metrics/sum.ts';
import { balancedPartition } from './balanced-partition.ts';

/** How per-token losses become one number. */
export type Aggregation =
  | { readonly kind: 'global-token-mean' }
  | { readonly kind: 'sequence-mean' }
  | { readonly kind: 'constant-divisor'; readonly tokens: number }
  | { readonly kind: 'micro-batch-token-mean'; readonly ranks: number; readonly microBatchTokens: number };

export interface SequenceLength {
  readonly prompt: number;
  readonly completion: number;
}

/**
 * The weight of each completion's tokens, so that the loss is Σ weight · term over all tokens and no longer depends
 * on how an engine splits the batch.
 *
 * `micro-batch-token-mean` is what the paper's code does: completions are dealt to ranks in equal counts and to
 * micro-batches of at most `microBatchTokens` by balanced partition; the mean over the tokens of a micro-batch is
 * weighted by its share of the rank's completions, and ranks are averaged.
 *
 * `constant-divisor` is Dr. GRPO's: the mean over completions of their sums, divided by one constant.
 *
 * @returns [B], the weight of every token of completion b
 */
export function tokenWeights(lengths: readonly SequenceLength[], aggregation: Aggregation): number[] {
  switch (aggregation.kind) {
    case 'global-token-mean': {
      const tokens = totalCompletion(lengths);
      return lengths.map(() => 1 / tokens);
    }
    case 'sequence-mean':
      return lengths.map(({ completion }) => 1 / (lengths.length * completion));
    case 'constant-divisor':
      return lengths.map(() => 1 / (lengths.length * aggregation.tokens));
    case 'micro-batch-token-mean':
      return weightsOf(microBatches(lengths, aggregation), lengths);
    default:
      return aggregation satisfies never;
  }
}

/** One weight per completion from an assignment ranks → micro-batches → completions. */
export function weightsOf(
  ranks: readonly (readonly (readonly number[])[])[],
  lengths: readonly SequenceLength[],
): number[] {
  const weights = new Array<number>(lengths.length).fill(0);
  // As data-parallel training averages: over the tokens of a micro-batch, over the micro-batches of a rank by their
  // share of its completions, over the ranks alike.
  for (const rank of ranks) {
    const completions = rank.flat().length;
    for (const batch of rank) {
      const tokens = totalCompletion(batch.map((b) => lengths[b] as SequenceLength));
      for (const b of batch) weights[b] = batch.length / completions / tokens / ranks.length;
    }
  }
  return weights;
}

function microBatches(
  lengths: readonly SequenceLength[],
  { ranks, microBatchTokens }: { readonly ranks: number; readonly microBatchTokens: number },
): number[][][] {
  const tokens = lengths.map(({ prompt, completion }) => prompt + completion);
  return microBatchesOf(balancedPartition(tokens, ranks, true), tokens, microBatchTokens);
}

/**
 * Cuts what each rank has into micro-batches of nearly equal tokens, on all ranks as many as the fullest one needs.
 *
 * @param perRank - completions of each rank, by index
 * @param tokens - [B] prompt and completion tokens
 */
export function microBatchesOf(
  perRank: readonly (readonly number[])[],
  tokens: readonly number[],
  microBatchTokens: number,
): number[][][] {
  const tokensOf = (batch: readonly number[]) => batch.map((b) => tokens[b] as number);
  const counts = perRank.map((rank) => Math.ceil(sum(tokensOf(rank)) / microBatchTokens));
  const count = Math.max(...counts);
  return perRank.map((rank) =>
    balancedPartition(tokensOf(rank), count, false).map((batch) => batch.map((i) => rank[i] as number)),
  );
}

function totalCompletion(lengths: readonly SequenceLength[]): number {
  return sum(lengths.map(({ completion }) => completion));
}
