import { keys, parsePendingEvaluation, parseRound } from '#shared/storage/keys.ts';
import type { CachedLists } from '../cached-lists.ts';

/** Number of the newest round of an evaluation, asked for or planned; 0 before its first. */
export async function latestRound(evaluation: string, lists: CachedLists): Promise<number> {
  const [planned, asked] = await Promise.all([
    lists.list(keys.prefix.rounds(evaluation), { delimiter: '/' }),
    lists.list(keys.prefix.pendingRounds(evaluation)),
  ]);
  return Math.max(0, ...planned.map(parseRound), ...asked.map((key) => parsePendingEvaluation(key).round));
}

/** Makes the next look at an evaluation's rounds see what was just put. */
export function forgetRounds(evaluation: string, lists: CachedLists): void {
  lists.forget(keys.prefix.rounds(evaluation));
  lists.forget(keys.prefix.pendingRounds(evaluation));
}
