import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { oneshot } from './oneshot.ts';

const bases = join(packageRoot, 'trainer/microcosm/bases');
let folder: string;
const checkpoint = (step: number) => join(folder, 'out', `checkpoint-${step}`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-watch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function watch() {
  const args = [
    '--benchmarks',
    'micro-minerva',
    '--limit',
    '2',
    '--once',
    '--home',
    join(folder, 'home'),
    '--json',
  ];
  return oneshot(['eval', '--watch', join(folder, 'out'), ...args]);
}

it('scores the checkpoints of another trainer that are whole, and those that become so later, as one run', async () => {
  cpSync(join(bases, 'habit-62-46'), checkpoint(10), { recursive: true });
  cpSync(join(bases, 'habit-70-35'), checkpoint(20), { recursive: true });
  rmSync(join(checkpoint(20), 'model.safetensors')); // still being written
  mkdirSync(join(folder, 'out', 'logs'));
  const first = await watch();
  const steps = (lines: typeof first.lines) =>
    lines.filter(({ event }) => event === 'scores').map(({ step }) => step);
  expect([first.code, first.error?.code, steps(first.lines)]).toEqual([1, 'model-invalid', [10]]);
  cpSync(join(bases, 'habit-70-35'), checkpoint(20), { recursive: true });
  const second = await watch();
  expect([second.code, steps(second.lines)]).toEqual([0, [10, 20]]);
  const run = String(second.lines[0]?.['run']);
  const { lines } = await oneshot(['eval', run, '--home', join(folder, 'home'), '--json']);
  const scored = second.lines.filter(({ event }) => event === 'scores');
  expect(lines.map(({ step, summary }) => [step, summary])).toEqual(
    scored.map(({ step, summary }) => [step, summary]),
  );
}, 120_000);

it('names what is to be scored, one thing', async () => {
  const nothing = await oneshot(['eval', '--benchmarks', 'micro-minerva', '--json']);
  const two = await oneshot(['eval', 'run', '--watch', folder, '--benchmarks', 'micro-minerva', '--json']);
  const stray = await oneshot(['eval', 'run', '--once', '--json']);
  const none = await oneshot([
    'eval',
    '--watch',
    join(folder, 'none'),
    '--benchmarks',
    'micro-minerva',
    '--json',
  ]);
  expect([nothing, two, stray, none].map(({ error }) => error?.code)).toEqual([
    ...['usage', 'usage', 'usage'],
    'input-unreadable',
  ]);
}, 60_000);
