import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { microProblems } from '#shared/benchmarks/microcosm/test-sets.ts';
import { Summary } from '#shared/records/summary.ts';
import { oneshot } from './oneshot.ts';

const model = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-eval-'));
});

afterAll(() => rm(home, { recursive: true, force: true }));

it('the same evaluation twice creates nothing new, and deleting the workspace loses only results', async () => {
  const first = await evaluate();
  const before = await objects();
  expect(before.length).toBeGreaterThan(10);
  expect(await evaluate()).toEqual(first);
  expect(await objects()).toEqual(before);
  await rm(home, { recursive: true });
  expect(await evaluate()).toEqual(first);
});

it('scores a set of the user like any other', async () => {
  const problems = microProblems('micro-minerva').map(({ id: _, ...problem }) => problem);
  const own = join(home, 'my-minerva.jsonl');
  await mkdir(home, { recursive: true });
  await writeFile(own, problems.map((problem) => `${JSON.stringify(problem)}\n`).join(''));
  const sets = ['--benchmarks', 'micro-minerva', '--benchmark', own, '--max-tokens', '64', '--limit', '6'];
  const { code, lines } = await oneshot(['eval', '--model', model, ...sets, '--home', home, '--json']);
  expect(code).toBe(0);
  const { benchmarks } = Summary.parse(lines[0]).graders['reward'] ?? {};
  const [theirs, ours] = benchmarks ?? [];
  expect([theirs?.benchmark, ours?.benchmark]).toEqual(['micro-minerva', 'my-minerva']);
  expect({ ...ours, benchmark: 'micro-minerva' }).toEqual(theirs);
});

it('scores a model in several precisions and holds each against the first', async () => {
  const args = ['eval', '--model', model, '--benchmarks', 'micro-minerva', '--limit', '6', '--home', home];
  const several = ['--precision', 'fp32,int8', '--compare', '--json'];
  const { code, lines } = await oneshot([...args, ...several]);
  expect(code).toBe(0);
  const [first, second, comparison] = lines;
  expect([Summary.parse(first), Summary.parse(second)]).toHaveLength(2);
  expect(comparison).toMatchObject({
    grader: 'reward',
    benchmarks: [{ benchmark: 'micro-minerva', problems: 6 }],
    differences: [{ what: 'precision', severity: 'may-move-scores', first: 'fp32', second: 'int8' }],
  });
  for (const wrong of [['--precision', 'fp32,int8'], ['--precision', 'int8', '--compare'], ['--compare']])
    expect(await oneshot([...args, ...wrong, '--json'])).toMatchObject({ code: 2, error: { code: 'usage' } });
});

it('asks for a set where none is named', async () => {
  const { code, error } = await oneshot(['eval', '--model', model, '--json']);
  expect(code).toBe(2);
  expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('--benchmark') });
});

async function evaluate(): Promise<unknown> {
  const benchmarks = 'micro-aime24,micro-minerva';
  const args = [
    'eval',
    '--model',
    model,
    '--benchmarks',
    benchmarks,
    '--limit',
    '6',
    '--home',
    home,
    '--json',
  ];
  const { code, lines, stderr } = await oneshot(args);
  expect(stderr).not.toContain('problem');
  expect(code).toBe(0);
  return lines;
}

/** Every object with the file that holds it. */
async function objects(): Promise<readonly string[]> {
  const store = join(home, 'store');
  const entries = await readdir(store, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (file) => `${file} ${(await stat(file)).ino}`));
}
