import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { sha256Hex } from '#shared/digest.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { Run } from '#trainer/config.ts';
import { type Line, oneshot } from './oneshot.ts';

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

/** When to kill: at the first line like this. */
type KillPoint = (line: Line) => boolean;
const atStep = (step: number) => (line: Line) => line['event'] === 'step' && line['step'] === step;
const atScores = (line: Line) => line['event'] === 'scores';
const atStart = (name: string) => (line: Line) => line['event'] === 'process' && line['name'] === name;

const homes: string[] = [];
let untouched: Trajectory;

beforeAll(async () => {
  const home = await newHome();
  const { code, stderr } = await train(home);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  untouched = await trajectory(home);
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
      ...[1, 2, 3].map((step) => ({ process: 'engine', point: atStep(step) })),
    );
    expect(code).toBe(0);
    expect(lines.filter(({ event }) => event === 'engine-lost')).toHaveLength(3);
    expect(await trajectory(home)).toEqual(untouched);
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

/** Runs the command; at each point, in turn, kills the process of that name as it then is. */
async function train(home: string, ...kills: readonly { process: string; point: KillPoint }[]) {
  const pids = new Map<string, number>();
  const waiting = [...kills];
  return oneshot(['train', 'micro-pi1', '--home', home, '--json', ...SHORT], (line) => {
    if (line['event'] === 'process') pids.set(String(line['name']), Number(line['pid']));
    const [next] = waiting;
    if (!next?.point(line)) return;
    waiting.shift();
    const pid = pids.get(next.process);
    if (pid === undefined) throw new Error(`no ${next.process} to kill yet`);
    process.kill(pid, 'SIGKILL');
  });
}

async function endsAs(expected: Trajectory, home: string): Promise<void> {
  const { code } = await train(home);
  expect(code).toBe(0);
  expect(await trajectory(home)).toEqual(expected);
}

interface Trajectory {
  readonly checkpoints: readonly unknown[];
  readonly summaries: readonly string[];
  readonly pending: readonly string[];
}

/** Everything of a run that must not depend on kills: incarnations, hence keys, may differ. */
async function trajectory(home: string): Promise<Trajectory> {
  const store = new FolderStore(join(home, 'store'));
  const [run] = await readdir(join(home, 'store/runs'));
  const { config } = await readObject(store, keys.run(run as string), Run);
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
    pending: await store.list(keys.pending),
  };
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
