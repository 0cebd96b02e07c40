import type { EvaluationListItem } from '#functions/results/evaluations/list-evaluations.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** An evaluation as listed: what the API and the pages say of it, and its size. */
export interface EvaluationLine extends EvaluationListItem {
  /** Its records, outcomes and completions, which other evaluations may share; `null` of a damaged one, or from a server. */
  readonly sizeBytes: number | null;
}

/** Evaluations that are looked at at a time. */
const READERS = 8;

/** Adds the size of each. */
export function evaluationLines(
  items: readonly EvaluationListItem[],
  store: ObjectStore,
): Promise<readonly EvaluationLine[]> {
  return inParallel(items, READERS, async (item) => ({ ...item, sizeBytes: await bytesOf(item, store) }));
}

async function bytesOf(
  { evaluation, status }: EvaluationListItem,
  store: ObjectStore,
): Promise<number | null> {
  if (status === 'damaged') return null;
  const request = await find(store, record.evaluationRequest(evaluation));
  if (!request) return null; // removed just now
  const objects = [
    ...(await store.describe(keys.prefix.evaluation(evaluation))),
    ...(await store.describe(keys.prefix.generation(generationId(request.generation)))),
  ];
  return sum(objects.map(({ sizeBytes }) => sizeBytes));
}
