import { keys } from '#shared/storage/keys.ts';
import type { CachedLists } from '../cached-lists.ts';

/** Makes the next look at an evaluation's rounds, and at what of them has ended, see what was just put. */
export function forgetRounds(evaluation: string, lists: CachedLists): void {
  lists.forgetBelow(keys.prefix.rounds(evaluation));
  lists.forget(keys.prefix.pendingRounds(evaluation));
  lists.forget(keys.prefix.pending);
}
