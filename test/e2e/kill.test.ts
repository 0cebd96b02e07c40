import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { sha256Hex } from '#shared/digest.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import {
  atScores,
  atStart,
  atStep,
  type EvaluatedTrajectory,
  evaluatedTrajectory,
  type Kill,
  runKilled,
} from './killed-run.ts';

const SHORT = [
  '--steps',
  '4',
  '--prompts',
  '4',
  '--checkpoint-every',
  '2',
  '--eval-limit',
  '4',
  '--max-tokens',
  '32',
];

const homes: string[] = [];
let untouched: EvaluatedTrajectory;

beforeAll(async () => {
  const home = await newHome();
  const { code, stderr } = await train(home);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  untouched = await evaluatedTrajectory(home);
}, 60_000);

afterAll(async () => {
  await Promise.all(homes.map((home) => rm(home, { recursive: true, force: true })));
});

describe('a run whose process is killed with SIGKILL', () => {
  it('goes on from its last checkpoint when the driver was killed and the command is given again', async () => {
    const home = await newHome();
    for (const point of [atStart('engine'), atStep(1), atStep(3)]) {
      const { code, stderr } = await train(home, { process: 'driver', point });
      expect(code).toBe(1);
      expect(stderr).toContain('run the same command again');
      await everyObjectIsWhole(home);
    }
    await endsAs(untouched, home);
  }, 120_000);

  it('evaluates what is left when the runner was killed and the command is given again', async () => {
    const home = await newHome();
    for (const point of [atStart('runner'), atStep(2), atScores]) {
      const { code, stderr } = await train(home, { process: 'runner', point });
      expect(code).toBe(1);
      expect(stderr).toContain('run the same command again');
      await everyObjectIsWhole(home);
    }
    await endsAs(untouched, home);
  }, 120_000);

  it('goes on by itself, in one command, when the engine was killed', async () => {
    const home = await newHome();
    const { code, lines } = await train(
      home,
      ...[1, 2, 3].map((step) => ({ process: 'engine' as const, point: atStep(step) })),
    );
    expect(code).toBe(0);
    expect(lines.filter(({ event }) => event === 'engine-lost')).toHaveLength(3);
    expect(await evaluatedTrajectory(home)).toEqual(untouched);
  }, 120_000);
});

describe('a run whose newest optimizer state is damaged', () => {
  it('goes back to the checkpoint before, replays its journals and stores the state again', async () => {
    const home = await newHome();
    await train(home);
    const store = new FolderStore(join(home, 'store'));
    const [run] = await readdir(join(home, 'store/runs'));
    const newest = (await readCheckpointLine(store, run as string)).at(-1);
    const [state] = Object.values(newest?.checkpoint.state ?? {});
    await truncate(join(home, 'store', keys.state(run as string, state?.sha256 as string)), 1000);
    await endsAs(untouched, home);
    await everyObjectIsWhole(home);
  }, 120_000);
});

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-kill-'));
  homes.push(home);
  return home;
}

function train(home: string, ...kills: readonly Kill[]) {
  return runKilled(['train', 'micro-pi1', '--home', home, '--json', ...SHORT], kills);
}

async function endsAs(expected: EvaluatedTrajectory, home: string): Promise<void> {
  const { code } = await train(home);
  expect(code).toBe(0);
  expect(await evaluatedTrajectory(home)).toEqual(expected);
}

/** No process, however it ends, leaves part of an object behind. */
async function everyObjectIsWhole(home: string): Promise<void> {
  const store = new FolderStore(join(home, 'store'));
  for (const key of await store.list('')) {
    const body = (await store.get(key)) as Uint8Array;
    if (/^(blobs|state)\//.test(key)) expect(sha256Hex(body)).toBe(key.split('/').at(-1));
    else if (!key.startsWith('generations/') && !key.endsWith('.jsonl'))
      JSON.parse(new TextDecoder().decode(body));
  }
  expect((await readFile(join(home, 'queue.sqlite'))).subarray(0, 15).toString()).toBe('SQLite format 3');
}
