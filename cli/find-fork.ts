import { KnownError } from '#shared/errors.ts';
import type { Checkpoint } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { findObject } from '#shared/storage/read-object.ts';
import { Run, type RunConfig } from '#trainer/config.ts';

/** A run to start from: its config, and one of its checkpoints. */
export interface ForkOrigin {
  readonly config: RunConfig;
  readonly fork: NonNullable<RunConfig['fork']>;
  readonly step: number;
}

/**
 * Finds what `RUN[@STEP]` means: the run's checkpoint of that step, or its newest.
 *
 * @throws {KnownError} `fork-unknown` for a run or step that is not there, naming the steps that are
 */
export async function findFork(store: ObjectStore, text: string): Promise<ForkOrigin> {
  const [name = '', wanted] = text.split('@');
  const run = await findObject(store, keys.run(name), Run);
  if (!run) {
    throw new KnownError('fork-unknown', `There is no run ${name} here. --fork takes RUN or RUN@STEP.`);
  }
  const line = (await readCheckpointLine(store, name)).filter(({ checkpoint }) => checkpoint.step > 0);
  const found =
    wanted === undefined ? line.at(-1) : line.find(({ checkpoint: { step } }) => String(step) === wanted);
  if (!found) {
    const steps = line.map(({ checkpoint }) => checkpoint.step).join(', ') || 'none yet';
    throw new KnownError(
      'fork-unknown',
      `The run ${name} has ${wanted === undefined ? 'no checkpoint' : `no checkpoint of step ${wanted}`} to fork. ` +
        `Its checkpoints after the base: ${steps}. The base itself needs no fork.`,
    );
  }
  const { model, step }: Checkpoint = found.checkpoint;
  return { config: run.config, fork: { checkpoint: found.key, model }, step };
}
