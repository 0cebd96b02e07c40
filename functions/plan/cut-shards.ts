import type { GenerationSpec, Item, Problem, RoundManifest } from '#shared/messages.ts';

/** About 25 completions of a real benchmark: well below a third of a worker's time limit. */
const TOKENS_PER_SHARD = 25 * 900;
/** More do not decode faster in one batch. */
const COMPLETIONS_PER_SHARD = 128;

/**
 * Cuts a generation into shards of similar work. A pure function of the generation and a static table, never of
 * measured speed: whoever plans the same generation cuts it alike.
 *
 * @param expectedTokens - tokens that a completion of a benchmark usually takes
 * @returns shards that partition all (problem, sample) pairs, samples of a problem beside each other
 */
export function cutShards(
  spec: GenerationSpec,
  problems: ReadonlyMap<string, readonly Problem[]>,
  expectedTokens: (benchmark: string) => number,
): RoundManifest['shards'] {
  const shards: Item[][] = [];
  let current: Item[] = [];
  let tokens = 0;
  for (const set of spec.sets) {
    const cost = Math.min(set.maxTokens, expectedTokens(set.benchmark));
    for (const { id } of problems.get(set.benchmark) ?? []) {
      for (let sample = 0; sample < set.samples; sample++) {
        if (
          current.length === COMPLETIONS_PER_SHARD ||
          (current.length > 0 && tokens + cost > TOKENS_PER_SHARD)
        ) {
          shards.push(current);
          current = [];
          tokens = 0;
        }
        current.push({ problem: id, sample });
        tokens += cost;
      }
    }
  }
  if (current.length > 0) shards.push(current);
  return shards.map((items, shard) => ({ shard, items }));
}
