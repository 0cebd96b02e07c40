import { z } from 'zod';
import { Digest } from '../messages.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { keys } from './keys.ts';
import { putObject } from './put-object.ts';
import { readObject } from './read-object.ts';

/** `index/problem-sets/{benchmark}/…`: a set that was pushed under a benchmark's name, newest first. */
export const ProblemSetEntry = z.object({ schemaVersion: z.literal(1), digest: Digest });
export type ProblemSetEntry = z.infer<typeof ProblemSetEntry>;

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
  await putObject(store, keys.problemSetEntry(benchmark, createdAt, digest), { schemaVersion: 1, digest });
}

/** Digest of the set that was pushed last under a benchmark's name; `undefined` where none was. */
export async function newestProblemSet(store: ObjectStore, benchmark: string): Promise<string | undefined> {
  const [newest] = await store.list(keys.problemSetEntries(benchmark), { limit: 1 });
  return newest === undefined ? undefined : (await readObject(store, newest, ProblemSetEntry)).digest;
}
