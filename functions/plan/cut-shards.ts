import type { GenerationSpec, Item, Problem, RoundManifest } from '#shared/messages.ts';
import { sum } from '#shared/metrics/sum.ts';

/** About 25 completions of a real benchmark: well below a third of a worker's time limit. */
const TOKENS_PER_SHARD = 25 * 900;
/** Towards the end shards shrink to a quarter, so that the last workers to finish do not finish long after the others. */
const LEAST_TOKENS_PER_SHARD = TOKENS_PER_SHARD / 4;
/** A shard takes at most this fraction of the work that is left: one part in 32. */
const PARTS_OF_THE_REST = 32;
/** Most completions of a shard: a larger batch does not decode faster. */
const COMPLETIONS_PER_SHARD = 128;

/**
 * Cuts a generation into shards of similar work, smaller ones at the end. A pure function of the generation and a
 * static table, never of measured speed: whoever plans the same generation cuts it alike.
 *
 * @param expectedTokens - tokens that a completion of a benchmark usually takes
 * @returns shards that partition all (problem, sample) pairs, samples of a problem beside each other
 */
export function cutShards(
  spec: GenerationSpec,
  problems: ReadonlyMap<string, readonly Problem[]>,
  expectedTokens: (benchmark: string) => number,
): RoundManifest['shards'] {
  const work = spec.sets.flatMap((set) => {
    const tokens = Math.min(set.maxTokens, expectedTokens(set.benchmark));
    const ids = (problems.get(set.benchmark) ?? []).map(({ id }) => id);
    return ids.flatMap((problem) =>
      Array.from({ length: set.samples }, (_, sample) => ({ item: { problem, sample }, tokens })),
    );
  });
  const total = sum(work.map(({ tokens }) => tokens));
  // few shards are shared out well as they are
  const least = total > PARTS_OF_THE_REST * TOKENS_PER_SHARD ? LEAST_TOKENS_PER_SHARD : TOKENS_PER_SHARD;
  let left = total;
  const shards: Item[][] = [];
  let room = 0;
  for (const { item, tokens } of work) {
    const current = shards.at(-1);
    if (current && current.length < COMPLETIONS_PER_SHARD && tokens <= room) current.push(item);
    else {
      shards.push([item]);
      room = Math.min(TOKENS_PER_SHARD, Math.max(least, left / PARTS_OF_THE_REST));
    }
    room -= tokens;
    left -= tokens;
  }
  return shards.map((items, shard) => ({ shard, items }));
}
