import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../../functions/small-world.ts';

const PROBLEMS = 60;

let home: string;
/** Evaluations that solve the first 20, 45 and 47 problems, and one of 45 at another limit of tokens. */
let base: string;
let better: string;
let alike: string;
let longer: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-compare-'));
  const world = await SmallWorld.create(new FolderStore(join(home, 'store')));
  const request = await world.request({ problems: PROBLEMS });
  const longRequest = await world.request({ problems: PROBLEMS, maxTokens: 4000 });
  base = await evaluated(world, request, 20);
  const model = 'n'.repeat(26);
  await put(world.store, record.model(model), { files: {} });
  better = await evaluated(world, { ...request, generation: { ...request.generation, model } }, 45);
  alike = await evaluated(world, request, 47);
  longer = await evaluated(world, longRequest, 45);
  await writeFile(join(home, 'better.yaml'), 'verdict: better\nminDifference: 0.1\n');
  await writeFile(join(home, 'no-loss.yaml'), 'maxLoss: 0.01\n');
});
afterAll(() => rm(home, { recursive: true }));

/** An evaluation of recorded completions that solve the first problems. */
async function evaluated(world: SmallWorld, request: EvaluationRequest, solved: number): Promise<string> {
  const lines = Array.from({ length: PROBLEMS }, (_, i) => {
    const text = `\\boxed{${i < solved ? (i % 17) + (i % 5) : -1}}`;
    return `${JSON.stringify({ problem: `sums/${i}`, sample: 0, text, tokens: 1, finish: 'stop' })}\n`;
  });
  const completions = await putBlob(world.store, new TextEncoder().encode(lines.join('')));
  const generation = { ...request.generation, generator: { kind: 'recorded' as const, completions } };
  const message = await world.ask({ ...request, generation });
  await world.deliver(message);
  await world.settle();
  return message.evaluation;
}

function oneshot(...args: string[]) {
  const options = { encoding: 'utf8', env: { ...process.env, ONESHOT_HOME: home } } as const;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(packageRoot, 'cli/main.ts'), ...args],
    options,
  );
  return { status, stdout, stderr, lines: stdout.split('\n') };
}

describe('oneshot compare', () => {
  it('says first which is better, then what else differs, then the numbers', () => {
    const { status, lines, stderr } = oneshot('compare', base, better);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines[0]).toMatch(new RegExp(`^Better: ${better} scores 41\\.7 points more than ${base} \\(`));
    expect(lines[2]).toMatch(/^Nothing that is on record differs but what was recorded\. /);
    expect(lines.find((line) => line.startsWith('sums'))).toMatch(
      /60 × 1\s+33\.3\s+75\.0\s+\+41\.7.*<0\.0001.*25\/0\s+better$/,
    );
  });

  it('compares each of several with the first, by p values that are adjusted together', () => {
    const { stdout } = oneshot('compare', base, better, alike, '--json');
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(found.map(({ first, second }) => [first, second])).toEqual([
      [base, better],
      [base, alike],
    ]);
    expect(found[1].average.adjustedP).toBe(2 * found[1].average.p);
  });

  it('names what differs besides the weights', () => {
    const { stdout } = oneshot('compare', base, longer);
    expect(stdout).toContain('▲ may move scores: max-tokens of sums, A 3072, B 4000\n');
  });

  it('cannot tell what is too alike', () => {
    expect(oneshot('compare', better, alike).lines[0]).toMatch(
      /^Cannot tell .* would take about [\d,]+ problems\.$/,
    );
  });

  it.each([
    [['compare', 'x'], 2, /name two at least/],
    [['compare', 'nobody', 'nobody'], 1, /no evaluation or run nobody/],
  ])('%j ends with %d', (args, code, message) => {
    const { status, stderr } = oneshot(...args);
    expect(status).toBe(code);
    expect(stderr).toMatch(message);
  });
});

describe('oneshot gate', () => {
  it('exits with 0 where all rules pass, and 1 where one fails', () => {
    const pass = oneshot('gate', base, better, '--policy', join(home, 'better.yaml'));
    expect([pass.status, pass.lines[0]?.slice(0, 5)]).toEqual([0, 'Pass:']);
    const fail = oneshot('gate', better, base, '--policy', join(home, 'better.yaml'));
    expect([fail.status, fail.lines[0]?.slice(0, 5)]).toEqual([1, 'Fail:']);
    expect(fail.stdout).toContain('Fail: verdict better. Worse:');
  });

  it('exits with 3 where the problems do not suffice', () => {
    const { status, stdout } = oneshot(
      'gate',
      better,
      alike,
      '--policy',
      join(home, 'no-loss.yaml'),
      '--json',
    );
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'cannot-tell', rules: [{ outcome: 'cannot-tell' }] });
  });

  it.each([
    ['a policy that is none', ['--policy', 'package.json']],
    ['no policy', []],
  ])('exits with 2 of %s', (_, options) => {
    expect(oneshot('gate', base, better, ...options).status).toBe(2);
  });

  it('exits with 2 of an evaluation that is not there', () => {
    expect(oneshot('gate', base, 'nobody', '--policy', join(home, 'no-loss.yaml')).status).toBe(2);
  });
});
