import type { Summary } from '#shared/records/summary.ts';
import { keys, parseRound } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';

/** The summary of the newest round of an evaluation that has one; a retry may be under way. */
export async function newestScores(
  evaluation: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<Summary | undefined> {
  const rounds = (await lists.list(keys.prefix.rounds(evaluation), { delimiter: '/' })).map(parseRound);
  for (const round of rounds.sort((a, b) => b - a)) {
    const summary = await findHeld(store, record.summary({ evaluation, round }));
    if (summary) return summary;
  }
  return undefined;
}
