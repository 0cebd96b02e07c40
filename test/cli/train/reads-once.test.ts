import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type TrainOptions, train } from '#cli/train/train.ts';

const reads = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const readFile = (path: string, ...rest: []) => {
    reads.push(path);
    return real.readFile(path, ...rest);
  };
  return { ...real, readFile };
});

describe('oneshot train, before it starts anything', () => {
  let folder: string;
  let files: Readonly<Record<'benchmark' | 'reward' | 'data', string>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-reads-'));
    files = {
      benchmark: join(folder, 'own.jsonl'),
      reward: join(folder, 'brief.py'),
      data: join(folder, 'data.jsonl'),
    };
    await writeFile(files.benchmark, '{"problem":"1 + 1","answer":"2"}\n');
    await writeFile(files.reward, 'def reward(completion):\n    return 1\n');
    await writeFile(files.data, '{"problem":"2 + 2","answer":"4"}\n');
    // Where no engine is, and nothing to make one with.
    vi.stubEnv('ONESHOT_VENV', join(folder, 'venv'));
    vi.stubEnv('ONESHOT_PYTHON', join(folder, 'python'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    reads.length = 0;
  });

  const options = (): TrainOptions => ({
    home: join(folder, 'home'),
    on: 'here',
    ...{
      json: true,
      printConfig: false,
      failOnAlert: false,
      dryRun: false,
      inexact: false,
      rewind: false,
      resample: false,
      wait: false,
    },
    ...{ workers: 1, evalThreads: 1 },
    reward: [files.reward],
    data: files.data,
    evaluation: { benchmarks: [files.benchmark] },
  });

  it('reads problems, examples and rewards once', async () => {
    // Which is looked for when all that was asked for is in the store.
    await expect(train('micro-pi1', options())).rejects.toMatchObject({ code: 'python-missing' });
    const counts = Object.values(files).map((file) => reads.filter((path) => path === file).length);
    expect(counts).toEqual([1, 1, 1]);
  });

  it('reads them for a plan that somebody looks at', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await train('micro-pi1', { ...options(), dryRun: true }).finally(() => write.mockRestore());
    expect(reads.filter((path) => path === files.benchmark)).toHaveLength(1);
    expect(reads.filter((path) => path === files.data)).toHaveLength(0);
  });
});
