import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { oneshot } from './oneshot.ts';

/** A run of two checkpoints that an earlier version trained and scored. */
const RECORDED = 'test/golden/workspace/store';
let home: string;
const store = (...path: string[]) => join(home, 'store', ...path);
const evaluate = (...args: string[]) => oneshot(['eval', 'run', '--home', home, '--json', ...args]);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-eval-run-'));
  cpSync(RECORDED, store(), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('scores what is not scored of a recorded run, byte for byte as training did, and computes nothing twice', async () => {
  const [removed = '', kept = ''] = readdirSync(join(RECORDED, 'evaluations'));
  rmSync(store('generations'), { recursive: true }); // whatever is made anew is seen here
  rmSync(store('evaluations', removed, 'rounds'), { recursive: true });
  const { code, lines } = await evaluate();
  expect(code).toBe(0);
  expect(lines.map(({ evaluation }) => evaluation).sort()).toEqual([removed, kept].sort());
  const summary = join('evaluations', removed, 'rounds/00/summary.json');
  expect(readFileSync(store(summary))).toEqual(readFileSync(join(RECORDED, summary)));
  expect(readdirSync(store('generations'))).toHaveLength(1);
  expect((await evaluate()).lines).toEqual(lines);
}, 60_000);

it('picks checkpoints, scores them by another grader without making completions, and says which there are', async () => {
  rmSync(store('generations'), { recursive: true });
  cpSync(join(RECORDED, 'generations'), store('generations'), { recursive: true });
  const { lines } = await evaluate('--checkpoints', 'last', '--graders', 'reward,format');
  expect(lines).toMatchObject([{ run: 'run', step: 2, summary: { graders: { reward: {}, format: {} } } }]);
  const [before, after] = [join(RECORDED, 'generations'), store('generations')].map((folder) =>
    readdirSync(folder, { recursive: true }).sort(),
  );
  expect(after).toEqual(before);
  const { code, error } = await evaluate('--checkpoints', '3');
  expect([code, error?.code]).toEqual([1, 'checkpoint-unknown']);
}, 60_000);
