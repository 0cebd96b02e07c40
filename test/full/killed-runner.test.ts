import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { atStart, atStep } from '../e2e/killed-run.ts';
import { everyObjectIsWhole, ShortRuns } from '../e2e/short-runs.ts';

const runs = new ShortRuns();

it('a run whose runner is killed goes on in one command, with another that evaluates what is left', async () => {
  const home = await runs.newHome();
  // The last as soon as there is another one: by its first scores all may be scored, and it is being ended anyway.
  const points = [atStart('runner'), atStep(2), atStart('runner')];
  const { code, lines } = await runs.train(
    home,
    ...points.map((point) => ({ process: 'runner' as const, point })),
  );
  expect(code).toBe(0);
  expect(lines.filter(({ event }) => event === 'runner-died')).toHaveLength(3);
  await everyObjectIsWhole(home);
  await runs.endedAsUntouched(home);
});

it('a run whose newest state is damaged goes on from the one before, and stores it again', async () => {
  const home = await runs.newHome();
  await runs.train(home);
  const store = new FolderStore(join(home, 'store'));
  const [run] = await readdir(join(home, 'store/runs'));
  const newest = (await readCheckpointLine(store, run as string)).at(-1);
  const [state] = Object.values(newest?.checkpoint.state ?? {});
  await truncate(join(home, 'store', keys.state(run as string, state?.sha256 as string)), 1000);
  expect((await runs.train(home)).code).toBe(0);
  await runs.endedAsUntouched(home);
  await everyObjectIsWhole(home);
});
