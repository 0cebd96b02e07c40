import { type Alert, alertOf } from '#shared/alerts/alert-rules.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { RunCheckpoint } from './run-view.ts';

/** As the alarms of a deployment have it for the ages of messages: to be planned, and to be made. */
const PLANNED_WITHIN_MS = 30 * 60_000;
const OVER_WITHIN_MS = 6 * 3_600_000;
/** Records that are read at a time. */
const READERS = 8;

/**
 * The oldest promise of scores of a run's checkpoints that nobody keeps; `undefined` where all are young.
 *
 * @param nowMs - milliseconds since 1970
 */
export async function stalledEvaluation(
  run: string,
  checkpoints: readonly RunCheckpoint[],
  nowMs: number,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<Alert | undefined> {
  const { lists, store } = ports;
  const unplanned = await inParallel(await lists.list(keys.prefix.pendingRun(run)), READERS, async (key) => ({
    step: parseCheckpoint(key).step,
    since: (await find(store, record.pendingCheckpoint.at(key)))?.createdAt,
    within: PLANNED_WITHIN_MS,
  }));
  const open = checkpoints.filter(({ status }) => status === 'planning' || status === 'running');
  const asked = await inParallel(open, READERS, async ({ step, evaluation, status }) => ({
    step,
    since: await promisedAt(evaluation, ports),
    within: status === 'planning' ? PLANNED_WITHIN_MS : OVER_WITHIN_MS,
  }));
  const late = [...unplanned, ...asked].flatMap(({ step, since, within }) =>
    since !== undefined && nowMs - since > within ? [{ step, ageMs: nowMs - since }] : [],
  );
  const [oldest] = late.toSorted((a, b) => b.ageMs - a.ageMs);
  if (!oldest) return undefined;
  const hours = oldest.ageMs / 3_600_000;
  const found = `The scores of step ${oldest.step} were asked for ${hours.toFixed(1)} hours ago${late.length > 1 ? `, and ${late.length - 1} more wait as well` : ''}.`;
  return alertOf('evaluation-stalled', { step: oldest.step, value: Number(hours.toFixed(1)), found });
}

async function promisedAt(
  evaluation: string | null,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<number | undefined> {
  if (evaluation === null) return undefined;
  const newest = (await lists.list(keys.prefix.pendingRounds(evaluation))).at(-1);
  return newest === undefined
    ? undefined
    : (await find(store, record.pendingEvaluation.at(newest)))?.createdAt;
}
