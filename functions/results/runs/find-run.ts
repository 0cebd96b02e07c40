import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { StoredRun } from '#shared/records/runs.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** A run as it was stored. @throws {KnownError} `run-unknown` */
export async function findRun(run: string, store: ObjectStore): Promise<StoredRun> {
  const stored = await find(store, record.run(run));
  if (stored) return stored;
  throw new KnownError(
    'run-unknown',
    `There is no run ${run}. \`oneshot runs\`, or GET /v1/runs, lists those there are.`,
  );
}
