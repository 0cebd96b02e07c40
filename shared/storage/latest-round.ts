import type { ObjectStore } from '../ports/object-store.ts';
import { keys, parsePendingEvaluation, parseRound } from './keys.ts';

/** Number of the newest round of an evaluation, asked for or planned; 0 before its first. */
export async function latestRound(evaluation: string, lists: Pick<ObjectStore, 'list'>): Promise<number> {
  const [planned, asked] = await Promise.all([
    lists.list(keys.prefix.rounds(evaluation), { delimiter: '/' }),
    lists.list(keys.prefix.pendingRounds(evaluation)),
  ]);
  return Math.max(0, ...planned.map(parseRound), ...asked.map((key) => parsePendingEvaluation(key).round));
}
