import type { ObjectStore } from '../ports/object-store.ts';
import type { Summary } from '../records/summary.ts';
import { keys, parseRound } from './keys.ts';
import { find } from './read.ts';
import { record } from './records.ts';

/** The summary of an evaluation's newest round that has one. */
export async function newestSummary(store: ObjectStore, evaluation: string): Promise<Summary | undefined> {
  const rounds = (await store.list(keys.prefix.rounds(evaluation), { delimiter: '/' })).map(parseRound);
  for (const round of rounds.sort((a, b) => b - a)) {
    const summary = await find(store, record.summary({ evaluation, round }));
    if (summary) return summary;
  }
  return undefined;
}
