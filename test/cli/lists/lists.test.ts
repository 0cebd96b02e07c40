import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-lists-'));
  await cp(join(packageRoot, 'test/golden/workspace/store'), join(home, 'store'), { recursive: true });
});
afterAll(() => rm(home, { recursive: true }));

function oneshot(...args: string[]): string {
  const options = { encoding: 'utf8', env: { ...process.env, ONESHOT_HOME: home } } as const;
  return execFileSync(process.execPath, [join(packageRoot, 'cli/main.ts'), ...args], options);
}
const lines = (...args: string[]) =>
  oneshot(...args, '--json')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('a home with a run that was stopped after its second step', () => {
  it('is listed as that, with its scores', () => {
    const run = { run: 'run', recipe: 'micro-pi1', state: 'unfinished', step: 2, steps: 4 };
    expect(lines('runs')).toEqual([
      expect.objectContaining({
        ...run,
        score: expect.objectContaining({ step: 2, mean: 0 }),
        sizeBytes: 109_940,
      }),
    ]);
    expect(oneshot('runs')).toMatch(
      /^RUN .*STATE.*\nrun +micro-pi1 +unfinished +– +2\/4 +0\.0 @2 +107 KiB .*\n$/,
    );
  });

  it('has the evaluation of each checkpoint, the newest first', () => {
    expect(lines('evaluations')).toMatchObject([
      {
        checkpoint: { run: 'run', step: 2 },
        status: 'done',
        score: { mean: 0 },
        benchmarks: ['micro-aime25'],
      },
      { checkpoint: { run: 'run', step: 0 }, status: 'done', score: { mean: 0 } },
    ]);
    expect(lines('evaluations', '--limit', '1')).toMatchObject([{ checkpoint: { step: 2 } }]);
  });

  it('has its models, and who uses them', () => {
    const users = (lines('models') as { users: { kind: string }[] }[]).map((model) =>
      model.users.map(({ kind }) => kind),
    );
    expect(users).toHaveLength(2);
    expect(users).toContainEqual(['base', 'checkpoint', 'evaluation']);
    expect(users).toContainEqual(['checkpoint', 'evaluation']);
  });
});

describe('an empty home', () => {
  it('says so, and is no JSON line', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'oneshot-lists-'));
    expect(oneshot('runs', '--home', empty)).toMatch(/No runs here/);
    expect(oneshot('runs', '--home', empty, '--json')).toBe('');
    await rm(empty, { recursive: true });
  });
});
