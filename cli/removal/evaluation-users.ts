import type { ObjectStore } from '#shared/ports/object-store.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** The evaluations that checkpoints of runs ask for, each with one that does. */
export async function evaluationUsers(
  store: ObjectStore,
  runs: readonly string[],
): Promise<ReadonlyMap<string, { readonly run: string; readonly step: number }>> {
  const users = new Map<string, { readonly run: string; readonly step: number }>();
  for (const run of runs) {
    for (const key of await store.list(keys.prefix.checkpoints(run))) {
      const evaluation = (await find(store, record.checkpoint.at(key)))?.evaluation;
      if (evaluation) users.set(evaluationId(evaluation), { run, step: parseCheckpoint(key).step });
    }
  }
  return users;
}
