import type { RoundManifest } from '../messages.ts';
import { keys, type RoundRef } from './keys.ts';

/** Where the outcome of a shard is: its own, or the good one of an earlier round. */
export function outcomeKey(ref: RoundRef, { shard, from }: RoundManifest['shards'][number]): string {
  return from ?? keys.outcome(ref, shard);
}
