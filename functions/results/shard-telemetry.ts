import { inParallel } from '#shared/in-parallel.ts';
import type { ShardTelemetry } from '#shared/records/telemetry.ts';
import { keys, parseShardTelemetry, type ShardRef } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from './held.ts';
import type { ResultsPorts } from './results-ports.ts';

/** Records that are read at a time. */
const READERS = 16;

/** One delivery of a shard's message, what it took and came to. */
export type DeliveredShard = ShardRef & Omit<ShardTelemetry, 'schemaVersion'>;

/** All that workers have recorded of an evaluation, of all its rounds, failures that were billed among them. */
export async function shardTelemetry(
  evaluation: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<readonly DeliveredShard[]> {
  const listed = await lists.list(keys.prefix.shardTelemetry(evaluation));
  const read = await inParallel(listed, READERS, async (key) => {
    const found = await findHeld(store, record.shardTelemetry.at(key));
    if (!found) return undefined;
    const { schemaVersion: _, ...facts } = found;
    return { ...parseShardTelemetry(key), ...facts };
  });
  return read.filter((each) => each !== undefined);
}
