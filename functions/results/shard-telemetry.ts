import { inParallel } from '#shared/in-parallel.ts';
import type { ShardTelemetry } from '#shared/records/telemetry.ts';
import { keys, parseShardTelemetry, type ShardRef } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from './held.ts';
import type { ResultsPorts } from './results-ports.ts';

/** Records that are read at a time. */
const READERS = 16;

/** One delivery of a shard's message, and how long it took. */
export type HandledShard = ShardRef & Pick<ShardTelemetry, 'type' | 'seconds'>;

/** All that workers have handled of an evaluation, of all its rounds. */
export async function shardTelemetry(
  evaluation: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<readonly HandledShard[]> {
  const listed = await lists.list(keys.prefix.shardTelemetry(evaluation));
  const read = await inParallel(listed, READERS, async (key) => {
    const found = await findHeld(store, record.shardTelemetry.at(key));
    return found && { ...parseShardTelemetry(key), type: found.type, seconds: found.seconds };
  });
  return read.filter((each) => each !== undefined);
}
