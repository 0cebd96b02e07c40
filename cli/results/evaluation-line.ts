import type { CachedLists } from '#functions/results/cached-lists.ts';
import type { EvaluationStatus } from '#functions/results/evaluations/evaluation-view.ts';
import { headlineScore } from '#functions/results/evaluations/headline-score.ts';
import { readRound } from '#functions/results/evaluations/read-evaluation.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationEntry } from '#shared/records/evaluations.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** An evaluation as listed. */
export interface EvaluationLine extends Omit<EvaluationEntry, 'schemaVersion'> {
  /** As the HTTP API says it; `damaged`: an object of it cannot be read. */
  readonly state: EvaluationStatus | 'damaged';
  /** Shards of the newest round, and how many have an outcome; `null` before it is planned. */
  readonly coverage: { readonly shards: number; readonly done: number } | null;
  /** A share; `null` before it is there, and where completions are missing. */
  readonly average: number | null;
  /** Its records, outcomes and completions, which other evaluations may share; a server does not tell. */
  readonly sizeBytes: number | null;
}

/** Evaluations that are looked at at a time. */
const READERS = 8;

/** The lines of evaluations in the order of their entries; those that were removed have none. */
export async function evaluationLines(
  entries: readonly EvaluationEntry[],
  store: ObjectStore,
  lists: CachedLists,
): Promise<readonly EvaluationLine[]> {
  const lines = await inParallel(entries, READERS, (entry) => evaluationLine(entry, store, lists));
  return lines.filter((line) => line !== undefined);
}

async function evaluationLine(
  { schemaVersion: _, ...entry }: EvaluationEntry,
  store: ObjectStore,
  lists: CachedLists,
): Promise<EvaluationLine | undefined> {
  const { evaluation } = entry;
  const unknown = { ...entry, state: 'damaged', coverage: null, average: null, sizeBytes: 0 } as const;
  try {
    const request = await find(store, record.evaluationRequest(evaluation));
    if (!request) return undefined;
    const ref = { evaluation, round: await latestRound(evaluation, lists) };
    // Nobody is asked to finish what is only looked at.
    const { status, coverage, summary } = await readRound(ref, { store, lists, ...QUIET });
    const objects = [
      ...(await store.describe(keys.prefix.evaluation(evaluation))),
      ...(await store.describe(keys.prefix.generation(generationId(request.generation)))),
    ];
    const sizeBytes = sum(objects.map((object) => object.sizeBytes));
    return {
      ...entry,
      state: status,
      coverage,
      average: (summary && headlineScore(summary)?.mean) ?? null,
      sizeBytes,
    };
  } catch (error) {
    if (isDamage(error)) return unknown;
    throw error;
  }
}

const QUIET = { send: async () => {} };
