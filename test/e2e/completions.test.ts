import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { microProblems } from '#shared/benchmarks/microcosm/test-sets.ts';
import { oneshot } from './oneshot.ts';

const SETS = ['--benchmarks', 'micro-minerva', '--limit', '4'];
const model = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
const problems = microProblems('micro-minerva').slice(0, 4);
/** The first two are right. */
const completions = problems.map(({ id, answer }, n) => ({
  ...{ problem: id, sample: 0, tokens: 5, finish: 'stop' },
  text: `so \\boxed{${n < 2 ? answer : 'none'}}`,
}));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-completions-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function push(lines: readonly object[]) {
  const file = join(folder, 'my.jsonl');
  await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return oneshot(['completions', 'push', file, ...SETS, '--home', folder, '--json']);
}

it('completions that were made elsewhere are pushed, and scored as any others', async () => {
  const pushed = await push([...completions].reverse());
  expect(pushed.lines).toEqual([{ completions: expect.stringMatching(/^[0-9a-f]{64}$/), count: 4 }]);
  const recorded = String(pushed.lines[0]?.['completions']);
  const args = ['--model', model, ...SETS, '--completions', recorded, '--home', folder, '--json'];
  const { code, lines } = await oneshot(['eval', ...args]);
  expect(code).toBe(0);
  expect(lines).toMatchObject([{ policy: 'claimed', graders: { reward: { average: { mean: 0.5 } } } }]);
});

it('nothing is stored of a file with a fault, which is told with its line', async () => {
  const before = await readdir(join(folder, 'store'), { recursive: true });
  const { code, error } = await push([...completions, completions[0] as object]);
  expect([code, error?.code]).toEqual([1, 'completions-invalid']);
  expect(error?.message).toContain('line 5');
  expect((await push(completions.slice(1))).error?.code).toBe('completions-missing');
  expect(await readdir(join(folder, 'store'), { recursive: true })).toEqual(before);
});
