import type { EvaluationEntry } from '#shared/records/evaluations.ts';
import { keys } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';

/** Entries of the index that are looked through at most: an older evaluation is found, its entry is not. */
const MOST_LISTED = 10_000;

/** How an evaluation was entered in the listing; `undefined` before it is planned. */
export async function evaluationEntry(
  evaluation: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<EvaluationEntry | undefined> {
  const listed = await lists.list(keys.prefix.evaluationEntries, { limit: MOST_LISTED });
  const key = listed.findLast((each) => each.endsWith(`-${evaluation}`)); // the one that was entered first
  return key === undefined ? undefined : findHeld(store, record.evaluationEntry.at(key));
}
