import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import { readCheckpointLine, type StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { hasCheckpoint, pinFork } from '#trainer/resume/fork-pins.ts';
import { type RunConfig, runRecord } from '#trainer/settings/config.ts';
import { WATCHED_RECIPE } from '../evaluate/watched-recipe.ts';
import { lackingCheckpoint } from '../named/lacking-checkpoint.ts';

/** A run to start from: its config, and one of its checkpoints. */
export interface ForkOrigin {
  readonly config: RunConfig;
  readonly fork: NonNullable<RunConfig['fork']>;
  readonly step: number;
}

/**
 * Finds what `RUN[@STEP]` means: the run's checkpoint of that step, or its newest.
 *
 * @throws {KnownError} `fork-unknown` for a run or step that is not there, naming those there are
 */
export async function findFork(store: ObjectStore, text: string): Promise<ForkOrigin> {
  const [name = '', wanted] = text.split('@');
  if ((await find(store, record.run(name)))?.config.recipe === WATCHED_RECIPE) {
    throw new KnownError(
      'fork-unknown',
      `The run ${name} stands for a folder of another trainer: there is no optimizer state to go on with. Train its models with --model.`,
    );
  }
  const run = await find(store, runRecord(name));
  if (!run) {
    throw new KnownError(
      'fork-unknown',
      `There is no run ${name} here. --fork takes RUN or RUN@STEP; \`oneshot runs\` lists those there are.`,
    );
  }
  const line = (await readCheckpointLine(store, name)).filter(({ checkpoint }) => checkpoint.step > 0);
  const found =
    wanted === undefined ? line.at(-1) : line.find(({ checkpoint: { step } }) => String(step) === wanted);
  if (!found) {
    const steps = line.map(({ checkpoint }) => checkpoint.step);
    const kind = 'checkpoint after the base';
    throw new KnownError(
      'fork-unknown',
      `${lackingCheckpoint({ run: name, step: wanted, kind, steps })} With optimizer state: ` +
        `${await forkableSteps(store, name, line)}. The base itself needs no fork.`,
    );
  }
  const { model, step }: Checkpoint = found.checkpoint;
  return { config: run.config, fork: { checkpoint: found.key, model }, step };
}

/**
 * Makes sure that a run can begin with a checkpoint of another, and keeps it so until it has begun. To be called before
 * the run is stored. A run with a checkpoint of its own needs the other no more.
 *
 * @throws {KnownError} `fork-stateless` where the optimizer state is gone, naming the steps that have theirs
 */
export async function holdFork(
  store: ObjectStore,
  { checkpoint }: ForkOrigin['fork'],
  child: string,
): Promise<void> {
  if (await hasCheckpoint(store, child)) return;
  const ref = parseCheckpoint(checkpoint);
  const { run, step } = ref;
  const line = await readCheckpointLine(store, run);
  const found = await withState(
    store,
    run,
    line.filter(({ key }) => key === checkpoint),
  );
  const isHeld = (await store.list(keys.fork(ref, child))).length > 0;
  if (!found.some(({ isReleased }) => isHeld || !isReleased)) {
    throw new KnownError(
      'fork-stateless',
      `The checkpoint of step ${step} of run ${run} has no optimizer state any more: only the newest two keep theirs, ` +
        `and those that a fork waits for. Steps with optimizer state: ${await forkableSteps(store, run, line)}.`,
    );
  }
  if (!isHeld) await pinFork(store, checkpoint, child);
}

async function forkableSteps(
  store: ObjectStore,
  run: string,
  line: readonly StoredCheckpoint[],
): Promise<string> {
  const found = (await withState(store, run, line)).filter(({ isReleased }) => !isReleased);
  return found.map(({ step }) => step).join(', ') || 'none';
}

/** The checkpoints whose optimizer state is complete, and whether retention has released it, so that it may go soon. */
async function withState(
  store: ObjectStore,
  run: string,
  line: readonly StoredCheckpoint[],
): Promise<readonly { readonly step: number; readonly isReleased: boolean }[]> {
  const stored = new Set(await store.list(keys.prefix.states(run)));
  const released = new Set(await store.list(keys.prefix.allReleased(run)));
  const whole = line.filter(({ checkpoint: { step, state } }) => {
    const files = Object.values(state).map(({ sha256 }) => keys.state(run, sha256));
    return step > 0 && files.every((file) => stored.has(file));
  });
  return whole.map(({ key, checkpoint: { step } }) => ({
    step,
    isReleased: released.has(keys.released(parseCheckpoint(key))),
  }));
}
