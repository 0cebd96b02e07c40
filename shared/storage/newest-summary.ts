import type { ObjectStore } from '../ports/object-store.ts';
import type { Summary } from '../records/summary.ts';
import { newestEnd } from './newest-end.ts';

/** The summary of the newest round of an evaluation that has one. */
export async function newestSummary(store: ObjectStore, evaluation: string): Promise<Summary | undefined> {
  const end = await newestEnd(store, evaluation);
  return end?.kind === 'scored' ? end.summary : undefined;
}
