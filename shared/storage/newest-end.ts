import type { ObjectStore } from '../ports/object-store.ts';
import type { Refused } from '../records/evaluations.ts';
import type { Summary } from '../records/summary.ts';
import { keys, parseRound } from './keys.ts';
import { find } from './read.ts';
import { record } from './records.ts';

/** How an evaluation stands: the scores of its newest round that has any, else why its newest round was refused. */
export type RoundEnd =
  | { readonly kind: 'scored'; readonly summary: Summary }
  | { readonly kind: 'refused'; readonly refused: Refused };

/** The newest end that an evaluation has come to; `undefined` as long as there is none. A retry may be under way. */
export async function newestEnd(store: ObjectStore, evaluation: string): Promise<RoundEnd | undefined> {
  const rounds = (await store.list(keys.prefix.rounds(evaluation), { delimiter: '/' })).map(parseRound);
  let newest: RoundEnd | undefined;
  for (const round of rounds.sort((a, b) => b - a)) {
    const summary = await find(store, record.summary({ evaluation, round }));
    if (summary) return { kind: 'scored', summary };
    const refused = newest ? undefined : await find(store, record.refused({ evaluation, round }));
    if (refused) newest = { kind: 'refused', refused };
  }
  return newest;
}
