import type { Outcome, RoundManifest } from '../records/evaluations.ts';
import type { RoundRef } from './keys.ts';
import { record, type StoredRecord } from './records.ts';

/** The outcome of a shard: its own, or the good one of an earlier round that counts in this one. */
export function outcomeOf(
  ref: RoundRef,
  { shard, from }: RoundManifest['shards'][number],
): StoredRecord<typeof Outcome> {
  return from === undefined ? record.outcome(ref, shard) : record.outcome.at(from);
}
