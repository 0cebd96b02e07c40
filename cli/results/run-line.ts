import type { RunListItem } from '#functions/results/runs/run-view.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { keys } from '#shared/storage/keys.ts';
import { runBlobs } from '#shared/storage/run-blobs.ts';

/** A run as listed: what the API and the pages say of it, and what a store alone tells. */
export interface RunLine extends RunListItem {
  /** Its checkpoints, optimizer state, journals and records, each object once; `null` where damage hides it, or a server. */
  readonly sizeBytes: number | null;
  /** When something of it was stored last, RFC 3339; a server does not tell. */
  readonly seenAt: string | null;
}

/** Runs that are looked at at a time. */
const READERS = 8;

/** Adds what the store tells of each. */
export async function runLines(
  items: readonly RunListItem[],
  store: ObjectStore,
): Promise<readonly RunLine[]> {
  if (items.length === 0) return [];
  const blobs = await store.describe(keys.prefix.blobs);
  const blobSizes = new Map(blobs.map(({ key, sizeBytes }) => [key, sizeBytes]));
  return inParallel(items, READERS, (item) => runLine(item, blobSizes, store));
}

async function runLine(
  item: RunListItem,
  blobSizes: ReadonlyMap<string, number>,
  store: ObjectStore,
): Promise<RunLine> {
  const own = [
    ...(await store.describe(keys.prefix.run(item.run))),
    ...(await store.describe(keys.prefix.states(item.run))),
  ];
  const seenAtMs = Math.max(Date.parse(item.createdAt), ...own.map(({ storedAtMs }) => storedAtMs));
  const seenAt = new Date(seenAtMs).toISOString();
  try {
    const blobs = [...(await runBlobs(store, item.run))];
    const made = sum(blobs.map((sha256) => blobSizes.get(keys.blob(sha256)) ?? 0));
    return { ...item, seenAt, sizeBytes: sum(own.map(({ sizeBytes }) => sizeBytes)) + made };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ...item, seenAt, sizeBytes: null };
  }
}
