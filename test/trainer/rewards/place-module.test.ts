import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseReward } from '#cli/train/choose-reward.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { TrainingExample } from '#trainer/data/training-example.ts';
import { openGrader } from '#trainer/rewards/grader.ts';
import { placeModule, rewardFolders } from '#trainer/rewards/place-module.ts';
import { type ModuleReward, Reward } from '#trainer/settings/config.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const FILES = {
  'rewards/reward.ts': "import { count } from '../lib/count.ts';\nexport const reward = count;",
  'lib/count.ts': [
    "import weigh from 'weigh';",
    "import { ten } from './ten.cjs';",
    'export const count = ({ completion }: { completion: string }): number => weigh(completion.length) * ten;',
  ].join('\n'),
  'lib/ten.cjs': 'exports.ten = 10;',
  'node_modules/weigh/package.json': '{"version": "1.2.3", "type": "module", "exports": "./main.js"}',
  'node_modules/weigh/main.js': "import half from 'half';\nexport default half;",
  'node_modules/half/package.json': '{"version": "0.5.0", "type": "module", "exports": "./main.js"}',
  'node_modules/half/main.js': 'export default (x) => x / 2;',
  'rewards/brief.py': 'from words import count\ndef reward(completion):\n    return count(completion)',
  'rewards/words.py': 'import lib.ten\ndef count(text):\n    return lib.ten.TEN * len(text)',
  'rewards/lib/ten.py': 'TEN = 10',
};

let folder: string;
let store: MemoryStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-place-'));
  store = new MemoryStore();
  for (const [path, text] of Object.entries(FILES)) await write(join('mine', path), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a stored module', () => {
  it('gives its reward elsewhere, with the files and packages that it imports', async () => {
    const reward = await stored('reward.ts');
    expect(await scoreOf(await place(reward, 'elsewhere', [join(folder, 'mine/rewards')]), reward)).toBe(25);
  });

  it('in Python finds the files beside it', async () => {
    const reward = await stored('brief.py');
    expect(await scoreOf(await place(reward, 'python', []), reward)).toBe(50);
  });

  it('names the package that is not installed where it is to be used', async () => {
    await expect(place(await stored('reward.ts'), 'bare', [join(folder, 'nowhere')])).rejects.toMatchObject({
      code: 'reward-import-missing',
      message: expect.stringMatching(
        /reward\.ts imports the package weigh 1\.2\.3, .*nowhere.*weigh@1\.2\.3/s,
      ),
    });
  });

  it('takes no other version of it, and the right one from the next folder', async () => {
    await write('other/node_modules/weigh/package.json', '{"version": "1.2.4"}');
    const reward = await stored('reward.ts');
    const other = join(folder, 'other');
    await expect(place(reward, 'other-version', [other])).rejects.toMatchObject({
      code: 'reward-package-differs',
      message: expect.stringMatching(/weigh 1\.2\.3, and .* is 1\.2\.4/),
    });
    await place(reward, 'next', [other, join(folder, 'mine')]);
  });

  it('has no file that its run does not name', async () => {
    const call = 'export const reward = async () => (await import(["./late", "js"].join("."))).late;';
    await write('mine/rewards/computed.js', call);
    await write('mine/rewards/late.js', 'export const late = 1;');
    const reward = await stored('computed.js');
    const failing = scoreOf(await place(reward, 'computed', []), reward);
    await expect(failing).rejects.toMatchObject({
      code: 'reward-failed',
      message: expect.stringContaining('late.js'),
    });
  });
});

it.each(['../out.ts', '/etc/out.ts', 'a/../../out.ts', '..', './a.ts', 'a//b.ts'])(
  'a config whose reward would be written to %s is refused',
  (path) => {
    const sha256 = '0'.repeat(64);
    const imports = { folder: '', files: [{ path, sha256 }], packages: [] };
    expect(Reward.safeParse({ kind: 'module', file: 'a.ts', sha256, imports }).success).toBe(false);
  },
);

it('packages are looked for where a list says, then in the current folder', () => {
  expect(rewardFolders({ ONESHOT_REWARD_FOLDERS: '/a:/b' })).toEqual(['/a', '/b', process.cwd()]);
  expect(rewardFolders({})).toEqual([process.cwd()]);
});

async function stored(file: string): Promise<ModuleReward> {
  const { reward, files } = await chooseReward([join(folder, 'mine/rewards', file)]);
  for (const each of files) await putBlob(store, each);
  return reward as ModuleReward; // a file is a module
}

function place(reward: ModuleReward, name: string, packageFolders: readonly string[]): Promise<string> {
  return placeModule(reward, join(folder, 'placed', name), { store, packageFolders });
}

/** Of a completion of five characters. */
async function scoreOf(path: string, reward: ModuleReward): Promise<number | undefined> {
  const grader = await openGrader(reward, 1, { modulePath: () => path, python: 'python3' });
  try {
    const example = TrainingExample.parse({ id: 'e', prompt: 'what ?', answer: '7' });
    const [grade] = await grader.grade([{ row: 0, sample: 0, example, promptText: '', text: 'seven' }], 1);
    return grade?.reward;
  } finally {
    await grader.close();
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
