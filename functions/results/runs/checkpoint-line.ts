import { checkpointsTo, newestCheckpoint, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { heldAlways } from '../held.ts';
import { onceFor } from '../once-for.ts';
import type { ResultsPorts } from '../results-ports.ts';

/** A checkpoint of a line, with the evaluation that it asks for. */
export interface LineCheckpoint extends StoredCheckpoint {
  readonly evaluation: string | null;
}

/** Of a checkpoint's record, and of the metrics of one step, about. */
const CHECKPOINT_BYTES = 4000;
const STEP_BYTES = 4000;

/** The run's checkpoints from its first to its newest; held, since what leads to a checkpoint never changes. */
export async function checkpointLine(
  run: string,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<readonly LineCheckpoint[]> {
  const newest = await newestCheckpoint(lists.view(), run);
  if (newest === null) return [];
  return heldAlways(store, `line ${newest}`, async () => {
    const value = (await checkpointsTo(store, newest)).map((stored) => ({
      ...stored,
      evaluation: stored.checkpoint.evaluation && evaluationId(stored.checkpoint.evaluation),
    }));
    const steps = value.reduce((total, { checkpoint }) => total + checkpoint.steps.length, 0);
    return { value, sizeBytes: CHECKPOINT_BYTES * value.length + STEP_BYTES * steps };
  });
}

/** What each step up to the end of a line measured: the same array for the same line. */
export const lineSteps = onceFor((line: readonly LineCheckpoint[]) =>
  line.flatMap(({ checkpoint }) => checkpoint.steps),
);
