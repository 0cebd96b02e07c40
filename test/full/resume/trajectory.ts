import { join } from 'node:path';
import { expect } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys, parseCheckpoint } from '#shared/storage/keys.ts';
import { TestRun } from './test-run.ts';

/** Everything of a run that kills must not change: neither incarnations, hence keys, nor nonces are in it. */
export interface Trajectory {
  /** Digests of weights and optimizer state, metrics since the parent, the evaluation asked for. */
  readonly checkpoints: readonly Omit<Checkpoint, 'parent'>[];
  /** What every driver stored of a step, metrics and journal, each different object once: exact replays are equal. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
  readonly journals: Readonly<Record<string, readonly string[]>>;
}

/** Reads the trajectory of a run; every object must be whole, and every evaluation promised. */
export async function readTrajectory(testRun: TestRun): Promise<Trajectory> {
  const run = TestRun.name;
  const store = new FolderStore(join(testRun.home, 'store'));
  for (const folder of ['blobs/', `state/${run}/`]) {
    for (const key of await store.list(folder)) {
      expect(sha256Hex((await store.get(key)) as Uint8Array)).toBe(key.split('/').at(-1));
    }
  }
  const line = await readCheckpointLine(store, run);
  const kept = line.slice(-2).flatMap(({ checkpoint }) => Object.values(checkpoint.state));
  expect(await store.list(keys.prefix.states(run))).toEqual(
    expect.arrayContaining(kept.map(({ sha256 }) => keys.state(run, sha256))),
  );
  expect(await store.list(keys.prefix.pending)).toEqual(
    expect.arrayContaining(line.map(({ key }) => keys.pendingCheckpoint(parseCheckpoint(key)))),
  );
  return trajectoryOf(testRun);
}

/** The same of a run whose promised evaluations may have been asked for already. */
export async function trajectoryOf({ home }: TestRun): Promise<Trajectory> {
  const run = TestRun.name;
  const store = new FolderStore(join(home, 'store'));
  const line = await readCheckpointLine(store, run);
  return {
    checkpoints: line.map(({ checkpoint: { parent: _, ...rest } }) => rest),
    steps: await byStep(store, `runs/${run}/steps/`),
    journals: await byStep(store, `runs/${run}/journals/`),
  };
}

/** The trajectory of a run that nothing happens to, from a copy of it. */
export async function trainUntouched(fresh: TestRun): Promise<Trajectory> {
  await using run = await fresh.copy();
  expect(await run.drive()).toMatchObject({ code: 0, stderr: '' });
  expect(run.replayedSteps()).toBe(0);
  return await readTrajectory(run);
}

async function byStep(store: FolderStore, folder: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const key of await store.list(folder)) {
    const text = new TextDecoder().decode(await store.get(key));
    const name = key.split('/').at(-1) as string;
    found[name] = [...new Set([...(found[name] ?? []), text])];
  }
  return found;
}
