import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { runRecord } from '#trainer/settings/config.ts';
import { type Finished, type Line, oneshot } from './oneshot.ts';

/** When to kill which process: at the first line like this. */
export interface Kill {
  readonly process: 'driver' | 'engine' | 'runner';
  readonly point: (line: Line) => boolean;
}

export const atStep = (step: number) => (line: Line) => line['event'] === 'step' && line['step'] === step;
export const atStart = (name: string) => (line: Line) => line['event'] === 'process' && line['name'] === name;

/**
 * Runs a command; at each point, in turn, kills the process of that name: the one that runs, or, where the one before
 * has just been killed, the one that is started in its place.
 */
export function runKilled(args: readonly string[], kills: readonly Kill[]): Promise<Finished> {
  const pids = new Map<string, number>();
  const waiting = [...kills];
  const due: string[] = [];
  const killWhatIsDue = () => {
    const pid = pids.get(due[0] ?? '');
    if (pid === undefined) return;
    pids.delete(due.shift() as string);
    process.kill(pid, 'SIGKILL');
  };
  return oneshot(args, (line) => {
    if (line['event'] === 'process') pids.set(String(line['name']), Number(line['pid']));
    if (waiting[0]?.point(line)) due.push((waiting.shift() as Kill).process);
    killWhatIsDue();
  });
}

/** Everything of a run that must not depend on kills: incarnations, hence keys, may differ. */
export interface EvaluatedTrajectory {
  readonly checkpoints: readonly unknown[];
  readonly summaries: readonly string[];
  readonly pending: readonly string[];
}

/** Of the only run in a home, which must have ended, each of its checkpoints evaluated. */
export async function evaluatedTrajectory(home: string): Promise<EvaluatedTrajectory> {
  const store = new FolderStore(join(home, 'store'));
  const [run] = await readdir(join(home, 'store/runs'));
  const { config } = await read(store, runRecord(run as string));
  const line = await readCheckpointLine(store, run as string);
  const summaries = line.map(async ({ checkpoint: { evaluation } }) => {
    if (!evaluation) throw new Error('every checkpoint of this run is evaluated');
    const summary = await store.get(keys.summary({ evaluation: evaluationId(evaluation), round: 0 }));
    return new TextDecoder().decode(summary);
  });
  expect(line.at(-1)?.checkpoint.step).toBe(config.steps);
  return {
    checkpoints: line.map(({ checkpoint: { parent: _, ...rest } }) => rest),
    summaries: await Promise.all(summaries),
    pending: await store.list(keys.prefix.pending),
  };
}
