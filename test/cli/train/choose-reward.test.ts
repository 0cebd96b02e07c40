import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseReward } from '#cli/train/choose-reward.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';

const SOURCE = 'def reward(completion):\n    return len(completion)\n';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-choose-'));
  for (const name of ['brief.py', 'brief.js', 'reward.sh']) await writeFile(join(folder, name), SOURCE);
});
afterAll(() => rm(folder, { recursive: true }));

const choose = async (...texts: string[]) => (await chooseReward(texts)).reward;

describe('--reward', () => {
  it('given once is that reward, and no sum', async () => {
    expect(await choose('format')).toEqual({ kind: 'verifier', mode: 'format', text: 'whole' });
    expect(await choose('constant')).toEqual({ kind: 'constant', value: 1 });
  });

  it('reads a module in either language', async () => {
    const { reward, files } = await chooseReward([join(folder, 'brief.py')]);
    const sha256 = sha256Hex(SOURCE);
    expect(reward).toEqual({ kind: 'module', file: 'brief.py', sha256, deadlineMs: 10_000 });
    expect(files.map((module) => Buffer.from(module).toString())).toEqual([SOURCE]);
  });

  it('given several times, or with a weight, is a sum whose parts have names', async () => {
    const parts = async (...texts: string[]) => {
      const reward = await choose(...texts);
      return reward.kind === 'sum' ? reward.parts.map(({ name, weight }) => [name, weight]) : reward.kind;
    };
    expect(await parts('reward', 'format=0.2')).toEqual([
      ['reward', 1],
      ['format', 0.2],
    ]);
    expect(await parts('format=-1e-2')).toEqual([['format', -0.01]]);
    expect(await parts(`${join(folder, 'brief.py')}=2`, join(folder, 'brief.js'))).toEqual([
      ['brief', 2],
      ['brief-2', 1],
    ]);
  });

  it.each([
    [['formt'], /formt is no reward, and no file.*--reward takes reward, .*constant, random/],
    [['reward', 'formt=0.2'], /formt is no reward/],
    [['reward=1e9'], /make no sum/],
  ])('refuses %j', async (texts, message) => {
    await expect(choose(...texts)).rejects.toMatchObject({
      code: 'reward-unknown',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a file that is no module', async () => {
    await expect(choose(join(folder, 'reward.sh'))).rejects.toMatchObject({ code: 'reward-unknown' });
  });
});
