import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPolicy } from '#cli/compare/read-policy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-policy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, 'policy.yaml');
  await writeFile(path, text);
  return readPolicy(path);
}

describe('readPolicy', () => {
  it('takes YAML and JSON', async () => {
    const policy = { minDifference: -0.01, benchmarks: { aime24: { maxLoss: 0.15 } }, mayDiffer: ['seed'] };
    expect(await read(JSON.stringify(policy))).toEqual(policy);
    const yaml =
      'minDifference: -0.01 # a point\nbenchmarks:\n  aime24: { maxLoss: 0.15 }\nmayDiffer: [seed]\n';
    expect(await read(yaml)).toEqual(policy);
  });

  it.each([
    ['', /is no policy/],
    ['{}', /asks for nothing/],
    ['grader: reward', /asks for nothing/],
    ['minDiff: 0.01', /minDiff/],
    ['minDifference: 2', /minDifference: /],
    ['maxLoss: -0.1', /maxLoss: /],
    ['verdict: best', /verdict: /],
    ['mayDiffer: [weights]\nmaxLoss: 0', /mayDiffer\.0: /],
    ['maxLoss: [', /is no policy/],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'policy-invalid',
      message: expect.stringMatching(message),
    });
  });

  it('says which file it cannot read', async () => {
    await expect(readPolicy(join(folder, 'none'))).rejects.toMatchObject({ code: 'input-unreadable' });
  });
});
