import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineRequirements } from '#cli/bootstrap/engine-requirements.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { oneshot } from './oneshot.ts';

const base = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let folder: string;
let home: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-bad-input-'));
  home = join(folder, 'home');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a command that cannot work says what to do', () => {
  it('for an unknown recipe, naming near ones', async () => {
    await expectError(['train', 'micro-p1'], 'recipe-unknown', 'micro-pi1', {}, 2);
  });

  it('for an unknown benchmark, naming the known ones', async () => {
    await expectError(
      ['eval', '--model', base, '--benchmarks', 'math5000'],
      'benchmark-unknown',
      'math500',
      {},
      2,
    );
  });

  it('for a recipe that needs a model when none is named', async () => {
    await expectError(['train', 'pi1'], 'model-needed', 'org/name', {}, 2);
  });

  it('for a model folder that is not there', async () => {
    const args = ['eval', '--model', join(folder, 'none'), '--benchmarks', 'micro-aime24'];
    await expectError(args, 'model-missing', 'Hugging Face folder');
  });

  it('for truncated weights', async () => {
    const broken = join(folder, 'truncated');
    await cp(base, broken, { recursive: true });
    await truncate(join(broken, 'model.safetensors'), 100_000);
    const args = ['eval', '--model', broken, '--benchmarks', 'micro-aime24'];
    await expectError(args, 'safetensors-invalid', 'model.safetensors');
  });

  it('for a truncated benchmark file, naming file and line', async () => {
    const rows = [1, 2, 3].map((id) =>
      JSON.stringify({ id: `math500-${id}`, problem: '1 + 1', answer: '2' }),
    );
    await mkdir(join(folder, 'benchmarks'), { recursive: true });
    await writeFile(join(folder, 'benchmarks/math500.jsonl'), rows.join('\n').slice(0, -5));
    const args = ['eval', '--model', base, '--benchmarks', 'math500'];
    await expectError(args, 'problems-invalid', 'line 3', { ONESHOT_DATA: folder });
  });

  it('for data that is not there, naming the variable to set', async () => {
    const args = ['eval', '--model', base, '--benchmarks', 'amc23'];
    await expectError(args, 'data-missing', 'ONESHOT_DATA', { ONESHOT_DATA: join(folder, 'none') });
  });

  it('for a step that cannot be dealt to the virtual ranks', async () => {
    const env = { ONESHOT_DATA: await dataFolder() };
    const args = [
      'train',
      'pi1',
      '--model',
      base,
      '--prompts',
      '3',
      '--samples',
      '3',
      '--eval-benchmarks',
      'micro-aime24',
    ];
    await expectError(args, 'config-invalid', '--prompts', env, 2);
  });

  it('where there is no Python', async () => {
    const env = { ONESHOT_PYTHON: join(folder, 'no-python'), ONESHOT_VENV: join(folder, 'no-venv') };
    await expectError(['train', 'micro-pi1'], 'python-missing', 'apt-get install python3', env);
  });

  it('where the engine lacks torch', async () => {
    const venv = join(folder, 'bare-venv');
    execFileSync('python3', ['-m', 'venv', '--without-pip', venv]);
    await writeFile(join(venv, 'oneshot-engine.txt'), `${(await engineRequirements(true)).join('\n')}\n`);
    const env = { ONESHOT_VENV: venv };
    await expectError(['train', 'micro-pi1'], 'engine-packages-missing', 'oneshot bootstrap', env);
  });

  it('for a home that cannot be made, and doctor says the same', async () => {
    await writeFile(join(folder, 'a-file'), '');
    const unusable = join(folder, 'a-file/home');
    await expectError(['token', 'list', '--home', unusable], 'store-unwritable', '--home');
    const without = { ...process.env, ONESHOT_VENV: join(folder, 'no-venv') }; // torch takes seconds to load
    const { code, lines } = await oneshot(['doctor', '--home', unusable, '--json'], undefined, without);
    const disk = { what: 'disk', level: 'error', detail: expect.stringContaining(unusable) };
    expect(lines).toContainEqual(disk);
    expect(code).toBe(1);
  });

  it('for a file that is no queue', async () => {
    const damaged = join(folder, 'damaged');
    await mkdir(damaged);
    await writeFile(join(damaged, 'queue.sqlite'), 'this is no database, and longer than a header'.repeat(9));
    const args = ['eval', '--model', base, '--benchmarks', 'micro-aime24', '--home', damaged];
    await expectError(args, 'queue-invalid', 'delete it');
  });
});

describe('a full disk', () => {
  it('ends the command with a message, and the same command works once there is room', async () => {
    const full = join(folder, 'full');
    const args = ['eval', '--model', base, '--benchmarks', 'micro-aime24', '--limit', '2', '--home', full];
    // No file may grow over 1 MB: writing more fails as on a full disk.
    const command = `ulimit -f 1000; exec "$0" "$@"`;
    const main = join(packageRoot, 'cli/main.ts');
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, main, ...args], {
      encoding: 'utf8',
    });
    expect(stderr).toContain('[disk-full]');
    expect(stderr).toContain('Free some space');
    expect(status).toBe(1);
    expect((await oneshot(args)).code).toBe(0);
  });
});

describe('wrong usage', () => {
  it('is told in two lines: what is wrong and what was meant, and where help is', async () => {
    const { code, stderr } = await oneshot(['train', 'micro-pi1', '--sampels', '3']);
    expect(stderr).toBe(
      'oneshot: error: unknown option \'--sampels\'. Did you mean --samples? [usage]\nSee "oneshot train --help".\n',
    );
    expect(code).toBe(2);
  });

  it('is one JSON object if asked', async () => {
    const { code, lines, stderr } = await oneshot(['eval', '--benchmarks', 'micro-aime24', '--json']);
    expect(lines).toEqual([
      { error: expect.objectContaining({ code: 'usage', help: 'oneshot eval --help' }) },
    ]);
    expect([code, stderr]).toEqual([2, '']);
  });

  it('is told before the engine is set up', async () => {
    const none = {
      ...process.env,
      ONESHOT_VENV: join(folder, 'no-venv'),
      ONESHOT_PYTHON: join(folder, 'no-python'),
    };
    const args = ['train', '--data', 'x', '--set', 'optim.lerningRate=1', '--home', home];
    const { code, stderr } = await oneshot(args, undefined, none);
    expect(stderr).toContain('Did you mean optim.learningRate');
    expect(code).toBe(2);
  });
});

async function expectError(
  args: readonly string[],
  code: string,
  advice: string,
  env: NodeJS.ProcessEnv = {},
  exitCode = 1,
) {
  const where = args.includes('--home') ? [] : ['--home', home];
  const { code: exit, stderr } = await oneshot([...args, ...where], undefined, { ...process.env, ...env });
  expect(stderr).toContain(`[${code}]`);
  expect(stderr).toContain(advice);
  expect(stderr).not.toContain('    at ');
  expect(exit).toBe(exitCode);
}

it('a command whose reader has gone ends without a word', async () => {
  const child = spawn(process.execPath, [join(packageRoot, 'cli/main.ts'), 'recipes'], { stdio: 'pipe' });
  child.stdout.destroy();
  const [complaints, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect([complaints, code]).toEqual(['', 141]);
});

/** A data folder of our own, with one training row in the released form. */
async function dataFolder(): Promise<string> {
  const data = join(folder, 'data');
  await mkdir(join(data, 'train'), { recursive: true });
  const row = {
    id: 'own-0',
    prompt: [{ role: 'user', content: 'solve 3 x + 2 = 8' }],
    reward_model: { ground_truth: '2', style: 'rule' },
    repeats: 128,
  };
  await writeFile(join(data, 'train/pi1.jsonl'), `${JSON.stringify(row)}\n`);
  expect(await readFile(join(data, 'train/pi1.jsonl'), 'utf8')).toContain('own-0');
  return data;
}
