import { z } from '@hono/zod-openapi';
import type { ReadableStore } from '#shared/ports/object-store.ts';
import type { StoredRun } from '#shared/records/runs.ts';
import { newestState, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { isRescue, keys, parseCheckpoint, parseIncarnation, parseStep } from '#shared/storage/keys.ts';

/**
 * What the store tells of a run. `new`: stored, and no driver has begun. `stopped`: told to stop, and saved since its
 * newest checkpoint. `unfinished`: its last step is not done; whether a driver elsewhere is at work, or was killed, or
 * failed, the store cannot tell. `scoring`: trained, and evaluations are promised. `finished`: nothing is open.
 * `damaged`: an object of it cannot be read. `training` and `failed` are no words of the store's: a driver of this machine
 * is at work, or ended with an error, as the log of the home says.
 */
export const RunState = z.enum([
  'new',
  'training',
  'failed',
  'stopped',
  'unfinished',
  'scoring',
  'finished',
  'damaged',
]);
export type RunState = z.infer<typeof RunState>;

/** What is known of drivers beside what the store tells. */
export interface DriverNews {
  /** Whether a driver of this machine is at work on a run. */
  readonly isAtWork: (run: string) => boolean;
  /** Whether the newest driver of this home ended with an error. */
  readonly hasFailed: (run: string) => boolean;
}

export const NO_NEWS: DriverNews = { isAtWork: () => false, hasFailed: () => false };

export interface RunProgress {
  readonly state: Exclude<RunState, 'damaged'>;
  /** The last step that is done, and how many there are to be, where the settings say it. */
  readonly step: number;
  readonly steps: number | null;
}

interface ProgressPorts extends DriverNews {
  readonly store: ReadableStore;
  /** Keys of all pending markers. */
  readonly pending: ReadonlySet<string>;
}

/** How far a run has come. @param config - its settings, where they are there @param line - its checkpoints */
export async function runProgress(
  run: string,
  config: StoredRun['config'] | undefined,
  line: readonly StoredCheckpoint[],
  { store, pending, isAtWork, hasFailed }: ProgressPorts,
): Promise<RunProgress> {
  const steps = plannedSteps(config);
  const [step, saved] = [await lastStep(store, run), await newestState(store, run)];
  const state = (): RunProgress['state'] => {
    if (isAtWork(run)) return 'training';
    if (step === null) return 'new';
    if (steps !== null && line.at(-1)?.checkpoint.step === steps)
      return line.some((each) => isPromised(each, pending)) ? 'scoring' : 'finished';
    if (hasFailed(run)) return 'failed';
    return saved !== null && isRescue(saved) ? 'stopped' : 'unfinished';
  };
  return { state: state(), step: step ?? 0, steps };
}

/** How many steps a config says; settings of other versions may not say it. */
export function plannedSteps(config: Readonly<Record<string, unknown>> | undefined): number | null {
  const steps = config?.['steps'];
  return typeof steps === 'number' ? steps : null;
}

/** The last step that the newest driver has done or begun with; `null` where no driver has claimed the run. */
async function lastStep(store: ReadableStore, run: string): Promise<number | null> {
  const newest = (await store.list(keys.prefix.incarnations(run))).at(-1);
  if (newest === undefined) return null;
  const incarnation = parseIncarnation(newest);
  const done = (await store.list(keys.prefix.steps(run, incarnation))).at(-1);
  if (done !== undefined) return parseStep(done).step;
  const state = await newestState(store, run);
  return state === null ? 0 : parseCheckpoint(state).step;
}

/** Whether somebody still has to score a checkpoint. */
function isPromised({ key, checkpoint }: StoredCheckpoint, pending: ReadonlySet<string>): boolean {
  if (checkpoint.evaluation === null) return false;
  if (pending.has(keys.pendingCheckpoint(parseCheckpoint(key)))) return true;
  const asked = [...pending].filter((marker) => marker.startsWith(keys.prefix.pendingEvaluations));
  if (asked.length === 0) return false; // the id of an evaluation takes a while to work out
  const rounds = keys.prefix.pendingRounds(evaluationId(checkpoint.evaluation));
  return asked.some((marker) => marker.startsWith(rounds));
}
