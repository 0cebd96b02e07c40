import type { ObjectStore } from '#shared/ports/object-store.ts';
import { type JudgedSample, JudgedShards } from './judged-shards.ts';
import type { NewestRound } from './newest-round.ts';

/** What a round has scored of one problem; only the shards that hold it are read. */
export async function samplesOfProblem(
  { ref, manifest }: NewestRound,
  problem: string,
  store: ObjectStore,
): Promise<readonly JudgedSample[]> {
  if (!manifest) return [];
  const shards = JudgedShards.few(ref, manifest, store);
  const holding = manifest.shards.filter(({ items }) => items.some((item) => item.problem === problem));
  const read = await Promise.all(holding.map((shard) => shards.read(shard)));
  return read.flatMap((items) => items?.filter((item) => item.problem === problem) ?? []);
}
