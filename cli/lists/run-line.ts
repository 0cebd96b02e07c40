import { inParallel } from '#shared/in-parallel.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RunEntry } from '#shared/records/runs.ts';
import { newestState, readCheckpointLine, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { isRescue, keys, parseCheckpoint, parseIncarnation, parseStep } from '#shared/storage/keys.ts';
import { newestEnd } from '#shared/storage/newest-end.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { runBlobs } from '#shared/storage/run-blobs.ts';
import { firstScore } from './first-score.ts';

/**
 * What the store tells of a run. `new`: stored, and no driver has begun. `stopped`: told to stop, and saved since its
 * newest checkpoint. `unfinished`: its last step is not done; whether a driver elsewhere is at work, or was killed, or
 * failed, the store cannot tell. `scoring`: trained, and evaluations are promised. `finished`: nothing is open.
 * `damaged`: an object of it cannot be read. `training` is no word of the store's: a driver of this machine is at work.
 */
export type RunState = 'new' | 'training' | 'stopped' | 'unfinished' | 'scoring' | 'finished' | 'damaged';

/** A run as listed. */
export interface RunLine {
  readonly run: string;
  readonly recipe: string;
  readonly state: RunState;
  /** The last step that is done, and how many there are to be; `null` where damage hides it. */
  readonly step: number | null;
  readonly steps: number | null;
  /** The mean of the newest checkpoint that has scores, a share; `null` where completions are missing. */
  readonly score: { readonly step: number; readonly average: number | null } | null;
  /** Its checkpoints, optimizer state, journals and records, each object once; `null` where damage hides it. */
  readonly sizeBytes: number | null;
  /** Milliseconds since 1970: when it was begun, and when something of it was stored last. */
  readonly createdAt: number;
  readonly seenAt: number;
}

/** What all runs of a listing share. */
export interface RunLinePorts {
  readonly store: ObjectStore;
  /** Sizes of all blobs, by key. */
  readonly blobSizes: ReadonlyMap<string, number>;
  /** Keys of all pending markers. */
  readonly pending: ReadonlySet<string>;
  /** Whether a driver of this machine is at work on a run. */
  readonly isAtWork: (run: string) => boolean;
}

/** Records that are read at a time. */
const READERS = 8;

/** The lines of runs, in the order of their entries. */
export function runLines(entries: readonly RunEntry[], ports: RunLinePorts): Promise<readonly RunLine[]> {
  return inParallel(entries, READERS, (entry) => runLine(entry, ports));
}

async function runLine({ run, recipe, createdAt }: RunEntry, ports: RunLinePorts): Promise<RunLine> {
  const { store } = ports;
  const own = [
    ...(await store.describe(keys.prefix.run(run))),
    ...(await store.describe(keys.prefix.states(run))),
  ];
  const seenAt = Math.max(createdAt, ...own.map(({ storedAtMs }) => storedAtMs));
  const known = { run, recipe, createdAt, seenAt };
  try {
    const line = await readCheckpointLine(store, run);
    return {
      ...known,
      ...(await howFar(run, line, ports)),
      score: await newestScore(store, line),
      sizeBytes: sum(own.map(({ sizeBytes }) => sizeBytes)) + (await blobBytes(run, ports)),
    };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ...known, state: 'damaged', step: null, steps: null, score: null, sizeBytes: null };
  }
}

async function howFar(
  run: string,
  line: readonly StoredCheckpoint[],
  { store, pending, isAtWork }: RunLinePorts,
): Promise<Pick<RunLine, 'state' | 'step' | 'steps'>> {
  const steps = await stepsOf(store, run);
  const [step, state] = [await lastStep(store, run), await newestState(store, run)];
  const state_ = (): RunState => {
    if (isAtWork(run)) return 'training';
    if (step === null) return 'new';
    if (steps !== null && line.at(-1)?.checkpoint.step === steps)
      return line.some((each) => isPromised(each, pending)) ? 'scoring' : 'finished';
    return state !== null && isRescue(state) ? 'stopped' : 'unfinished';
  };
  return { state: state_(), step: step ?? 0, steps };
}

/** How many steps the config says; settings of other versions may not say it. */
async function stepsOf(store: ObjectStore, run: string): Promise<number | null> {
  const steps = (await find(store, record.run(run)))?.config['steps'];
  return typeof steps === 'number' ? steps : null;
}

/** The last step that the newest driver has done or begun with; `null` where no driver has claimed the run. */
async function lastStep(store: ObjectStore, run: string): Promise<number | null> {
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
  const rounds = keys.prefix.pendingRounds(evaluationId(checkpoint.evaluation));
  return (
    pending.has(keys.pendingCheckpoint(parseCheckpoint(key))) ||
    [...pending].some((marker) => marker.startsWith(rounds))
  );
}

async function blobBytes(run: string, { store, blobSizes }: RunLinePorts): Promise<number> {
  const blobs = [...(await runBlobs(store, run))];
  return sum(blobs.map((sha256) => blobSizes.get(keys.blob(sha256)) ?? 0));
}

async function newestScore(store: ObjectStore, line: readonly StoredCheckpoint[]): Promise<RunLine['score']> {
  for (const { checkpoint } of line.toReversed()) {
    const end = checkpoint.evaluation && (await newestEnd(store, evaluationId(checkpoint.evaluation)));
    if (end?.kind === 'scored') return { step: checkpoint.step, average: firstScore(end.summary) };
  }
  return null;
}
