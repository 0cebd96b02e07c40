import type { ObjectStore } from '../ports/object-store.ts';
import { keys } from './keys.ts';
import { put } from './put.ts';
import { read } from './read.ts';
import { record } from './records.ts';

/**
 * Makes a stored problem set the one that a benchmark's name stands for. Pushing the newest set again adds nothing.
 *
 * @param createdAt - milliseconds since 1970
 */
export async function indexProblemSet(
  store: ObjectStore,
  benchmark: string,
  digest: string,
  createdAt: number,
): Promise<void> {
  if ((await newestProblemSet(store, benchmark)) === digest) return;
  await put(store, record.problemSetEntry(benchmark, createdAt, digest), { digest });
}

/** Digest of the set that was pushed last under a benchmark's name; `undefined` where none was. */
export async function newestProblemSet(store: ObjectStore, benchmark: string): Promise<string | undefined> {
  const [newest] = await store.list(keys.prefix.problemSetEntries(benchmark), { limit: 1 });
  return newest === undefined ? undefined : (await read(store, record.problemSetEntry.at(newest))).digest;
}
