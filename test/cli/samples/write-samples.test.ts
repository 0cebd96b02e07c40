import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-samples-'));
  await cp(join(packageRoot, 'test/golden/workspace/store'), join(home, 'store'), { recursive: true });
});
afterAll(() => rm(home, { recursive: true }));

function samples(...args: string[]) {
  const options = { encoding: 'utf8', env: { ...process.env, ONESHOT_HOME: home } } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot, 'cli/main.ts'), 'samples', ...args],
    options,
  );
  return { status, stdout, stderr, lines: linesOf(stdout) };
}

function linesOf(text: string): Readonly<Record<string, unknown>>[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe('oneshot samples', () => {
  it('gives every completion with problem, gold and verdict', () => {
    const { status, lines, stderr } = samples('run@2');
    expect({ status, stderr, count: lines.length }).toEqual({ status: 0, stderr: '', count: 24 });
    expect(lines[4]).toEqual({
      problem: 'micro-aime25/0',
      sample: 4,
      question: 'a sequence starts at 7 and grows by 9 . find the sum of 3 terms',
      gold: '48',
      subject: 'sequence',
      level: null,
      completion: '51 92 \\boxed{ 71 * 94 60 5',
      tokens: 8,
      truncated: true,
      grader: 'reward',
      verdict: 'no-answer',
      extracted: null,
      reason: 'unclosed-box',
      disagree: false,
    });
  });

  it('of a run are those of its newest scored checkpoint, and of an evaluation its own', () => {
    const newest = samples('run').stdout;
    expect(newest).toBe(samples('run@2').stdout);
    expect(newest).toBe(samples('45seccje7osooibbcqzutgtlpj').stdout);
    expect(newest).not.toBe(samples('run@0').stdout);
  });

  it('keeps to a verdict, in a file that is there whole and beside no other', async () => {
    const out = join(home, 'written', 'samples.jsonl');
    const { lines } = samples('run@0', '--verdict', 'incorrect', '--out', out, '--json');
    const written = linesOf(await readFile(out, 'utf8'));
    expect(lines).toEqual([
      { event: 'samples', evaluation: expect.any(String), samples: written.length, out },
    ]);
    expect(written).toEqual(samples('run@0').lines.filter(({ verdict }) => verdict === 'incorrect'));
    expect(await readdir(join(home, 'written'))).toEqual(['samples.jsonl']);
  });

  it.each([
    ['run@7', [], /no evaluated checkpoint of step 7\. Its evaluated checkpoints: 0, 2/],
    ['nobody', [], /no evaluation or run nobody here/],
    ['nobody@2', [], /no run nobody here/],
    ['run', ['--benchmark', 'aime24'], /no benchmark aime24\. It was made of micro-aime25/],
    ['run', ['--grader', 'format'], /no verdicts of format/],
  ])('refuses %s %j', (subject, options, message) => {
    const { status, stdout, stderr } = samples(subject, ...options);
    expect(status).not.toBe(0);
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringMatching(message) });
  });
});
