import { removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { KnownError } from '#shared/errors.ts';
import { Checkpoint, Rescue } from '#shared/messages.ts';
import { checkpointBefore, newestState } from '#shared/storage/checkpoint-line.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { isRescue, parseCheckpoint } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import type { RunConfig } from '../settings/config.ts';
import type { Boundary } from './boundary.ts';
import { type CheckpointPorts, fetchCheckpoint } from './checkpoint.ts';
import { KEPT } from './retention.ts';

/** The newest checkpoint or rescue whose files are complete; before the first, the base model or a fork's origin. */
export interface ResumePoint {
  readonly key: string | null;
  readonly boundary: Boundary;
  readonly folders: { readonly model: string; readonly state: string } | null;
}

/** A checkpoint or rescue that cannot be gone on from. */
export interface Damaged {
  readonly key: string;
  readonly why: string;
}

export interface ResumeOptions {
  /** However many checkpoints are damaged, go on from the one before them. */
  readonly rewind: boolean;
  readonly onDamaged: (damaged: Damaged) => void;
}

/**
 * The newest checkpoint or rescue of the run that is whole, brought to folders; else where the run begins. Only damage
 * passes one over, and only as far as retention keeps state for that: what lies before is asked for with `rewind`.
 *
 * @throws {KnownError} `checkpoints-damaged`, `fork-damaged`; and as store and disk do, whose failures are no damage
 */
export async function findResumePoint(
  run: string,
  { fork }: RunConfig,
  ports: CheckpointPorts,
  { rewind, onDamaged }: ResumeOptions,
): Promise<ResumePoint> {
  const passed: Damaged[] = [];
  let key = await newestState(ports.store, run);
  for (; key !== null; key = await checkpointBefore(ports.store, key)) {
    const found = await unlessDamaged(() => resumePointAt(key as string, run, ports));
    if (!(found instanceof KnownError)) return asked(found);
    passed.push({ key, why: found.message });
    onDamaged({ key, why: found.message });
  }
  return asked(await beginning(fork, ports));

  async function asked(point: ResumePoint): Promise<ResumePoint> {
    const checkpoints = passed.filter((one) => !isRescue(one.key));
    if (rewind || checkpoints.length < KEPT) return point;
    if (point.folders) await removeLeftover(point.folders.state);
    throw checkpointsDamaged(run, checkpoints, point.boundary.step);
  }
}

async function resumePointAt(key: string, run: string, ports: CheckpointPorts): Promise<ResumePoint> {
  const state: Checkpoint | Rescue = await readObject(ports.store, key, isRescue(key) ? Rescue : Checkpoint);
  const { step, parent } = state;
  const boundary = isRescue(key)
    ? { step, checkpoint: parent, steps: state.steps }
    : { step, checkpoint: key, steps: [] };
  const folders = await fetchCheckpoint(state, run, ports);
  return { key, boundary, folders: step === 0 ? null : folders };
}

/** The untouched base, or the checkpoint of another run. */
async function beginning(fork: RunConfig['fork'], ports: CheckpointPorts): Promise<ResumePoint> {
  const at = (step: number) => ({ key: null, boundary: { step, checkpoint: null, steps: [] } });
  if (fork === null) return { ...at(0), folders: null };
  const origin = parseCheckpoint(fork.checkpoint);
  const folders = await unlessDamaged(async () =>
    fetchCheckpoint(await readObject(ports.store, fork.checkpoint, Checkpoint), origin.run, ports),
  );
  if (!(folders instanceof KnownError)) return { ...at(origin.step), folders };
  throw new KnownError(
    'fork-damaged',
    `The run begins with the checkpoint of step ${origin.step} of run ${origin.run}, which is not whole any more. ` +
      `${folders.message} Fork another checkpoint: --fork ${origin.run} takes its newest.`,
    { cause: folders },
  );
}

async function unlessDamaged<T>(find: () => Promise<T>): Promise<T | KnownError> {
  try {
    return await find();
  } catch (error) {
    if (isDamage(error)) return error;
    throw error;
  }
}

function checkpointsDamaged(run: string, damaged: readonly Damaged[], step: number): KnownError {
  const named = damaged.map(({ key, why }) => `step ${parseCheckpoint(key).step}: ${why}`).join('\n');
  return new KnownError(
    'checkpoints-damaged',
    `The newest ${damaged.length} checkpoints of run ${run} are damaged, and the run would go back to step ${step}. ` +
      'Nothing has been claimed or deleted: put the objects back from a copy of the store and run again; or go on from ' +
      `step ${step} with --rewind, which replays the steps after it.\n${named}`,
  );
}
