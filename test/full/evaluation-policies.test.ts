import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCurves } from '#cli/export/run-curves.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { type Finished, oneshot } from '../e2e/oneshot.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-policies-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

function train(name: string, ...args: readonly string[]): Promise<Finished> {
  const size = [
    '--steps',
    '2',
    '--prompts',
    '2',
    '--samples',
    '2',
    '--max-tokens',
    '16',
    '--eval-limit',
    '2',
  ];
  return oneshot(['train', 'micro-pi1', '--name', name, '--home', home, '--json', ...size, ...args]);
}
const processes = ({ lines }: Finished) =>
  lines.filter(({ event }) => event === 'process').map(({ name }) => name);
const unscored = ({ lines }: Finished) => lines.at(-1)?.['unscored'];

it('a run that is scored elsewhere ends unscored; eval scores it, and training again shows the same scores', async () => {
  const trained = await train('r', '--evaluate', 'elsewhere');
  expect([trained.code, processes(trained), unscored(trained)]).toEqual([0, ['driver', 'engine'], [0, 2]]);
  const scored = await oneshot(['eval', 'r', '--home', home, '--json']);
  expect([scored.code, scored.lines.map(({ step }) => step)]).toEqual([0, [0, 2]]);
  const again = await train('r', '--evaluate', 'elsewhere');
  expect(unscored(again)).toEqual([]);
  expect(again.lines.at(-1)?.['rows']).toHaveLength(2);
});

it('a run that is scored after training waits for its scores, by workers that start when training has ended', async () => {
  const trained = await train('after', '--evaluate', 'after');
  expect([trained.code, processes(trained), unscored(trained)]).toEqual([
    0,
    ['driver', 'engine', 'runner'],
    [],
  ]);
});

it('steps beside which a checkpoint is scored say what that computed, and keep it', async () => {
  const trained = await train('beside', '--steps', '8', '--eval-limit', '40');
  expect(trained.code).toBe(0);
  const lent = trained.lines.flatMap((line) =>
    line['event'] === 'step' && line['lent'] ? [line['lent'] as Lent] : [],
  );
  expect(Math.max(...lent.map(({ cpuSeconds }) => cpuSeconds))).toBeGreaterThan(0);
  expect(lent.every(({ waitSeconds }) => waitSeconds === 0)).toBe(true); // cores of their own, or shared: no turns
  const total = trained.lines.find(({ event }) => event === 'lent') as unknown as Lent & { steps: number };
  expect(total.steps).toBe(lent.length);
  const { rows } = await runCurves(new FolderStore(join(home, 'store')), 'beside');
  const kept = rows.flatMap(({ values }) => values['scoring/cpu_seconds'] ?? []);
  expect(kept).toEqual(lent.map(({ cpuSeconds }) => cpuSeconds));
});

interface Lent {
  readonly waitSeconds: number;
  readonly cpuSeconds: number;
}

it('a run that is not to be scored owes nothing, and is named in one way', async () => {
  const trained = await train('none', '--evaluate', 'none');
  expect([trained.code, unscored(trained)]).toEqual([0, []]);
  expect(trained.lines).toContainEqual(expect.objectContaining({ event: 'no-evaluation' }));
  expect((await train('none', '--eval-benchmarks', 'none')).code).toBe(0); // the same config
  const { error } = await oneshot(['eval', 'none', '--home', home, '--json']);
  expect(error?.code).toBe('benchmarks-missing');
});
