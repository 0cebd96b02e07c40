import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { oneshot } from '../e2e/oneshot.ts';

const base = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let folder: string;
let env: NodeJS.ProcessEnv;

/** Where setting up the engine would be the first thing to fail, if it came first. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-json-'));
  await writeFile(join(folder, 'a-file'), '');
  await writeFile(join(folder, 'data.jsonl'), '{"problem":"1 + 1","answer":"2"}\n');
  const none = join(folder, 'none');
  env = {
    ...process.env,
    ONESHOT_VENV: none,
    ONESHOT_PYTHON: none,
    ONESHOT_DATA: none,
    ONESHOT_CACHE: none,
    HF_HUB_CACHE: none,
    HF_HUB_OFFLINE: '1',
    ONESHOT_HOME: join(folder, 'home'),
  };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** `FOLDER` stands for the test's own. */
const own = ['train', '--data', 'FOLDER/data.jsonl', '--model', base];
const cases: readonly (readonly [args: readonly string[], exitCode: number, code: string])[] = [
  [['dance'], 2, 'usage'],
  [['demo', '--quik'], 2, 'usage'],
  [['train'], 2, 'recipe-needed'],
  [['train', 'micro-p1'], 2, 'recipe-unknown'],
  [['train', '--data', 'FOLDER/data.jsonl'], 2, 'model-needed'],
  [['train', 'own', '--model', base], 2, 'data-needed'],
  [['train', 'own'], 2, 'model-needed'],
  [['train', 'micro-pi1', '--set', 'optim.lerningRate=1'], 2, 'setting-unknown'],
  [['train', 'micro-pi1', '--set', 'optim.learningRate=fast'], 2, 'setting-invalid'],
  [
    ['train', 'micro-pi1', '--prompts', '3', '--samples', '3', '--set', 'update.completions=2'],
    2,
    'config-invalid',
  ],
  [['train', 'micro-pi1', '--eval-benchmarks', 'micro-aime42'], 2, 'benchmark-unknown'],
  [['train', 'micro-pi1', '--fork', 'run@last'], 2, 'usage'],
  [['train', 'micro-pi1', '--on', 'aws'], 2, 'deployment-needed'],
  [['train', 'micro-pi1', '--fork', 'nobody@1'], 1, 'fork-unknown'],
  [['train', 'micro-pi1', '--sampler', 'vllm'], 1, 'vllm-missing'],
  [['train', 'micro-pi1', '--model', 'some/model'], 1, 'hub-offline'],
  [['train', 'micro-pi1', '--config', 'FOLDER/none.yaml'], 1, 'input-unreadable'],
  [['train', 'micro-pi1', '--evaluate', 'sometimes'], 2, 'usage'],
  [['train', '--model', base, '--data', 'FOLDER/none.jsonl'], 1, 'data-missing'],
  [[...own, '--reward', 'FOLDER/none.ts'], 2, 'reward-unknown'],
  [['train', '--data', 'FOLDER/data.jsonl', '--model', 'FOLDER/none'], 1, 'model-missing'],
  [['train', 'micro-pi1'], 1, 'python-missing'],
  [['demo', '--quick'], 1, 'python-missing'],
  [['eval', '--model', base], 2, 'usage'],
  [['eval', '--model', base, '--benchmarks', 'micro-aime24', '--graders', 'rewrd'], 2, 'usage'],
  [['eval', '--model', 'FOLDER/none', '--benchmarks', 'micro-aime24'], 1, 'model-missing'],
  [['eval', '--model', base, '--benchmarks', 'math500'], 1, 'data-missing'],
  [['eval', 'nobody'], 1, 'run-unknown'],
  [['eval', '--watch', 'FOLDER/none', '--benchmarks', 'micro-aime24'], 1, 'input-unreadable'],
  [['eval', '--model', base, '--benchmarks', 'micro-aime24', '--generator', 'nobody'], 1, 'endpoint-unknown'],
  [['completions', 'push', 'FOLDER/none.jsonl', '--benchmarks', 'micro-aime24'], 1, 'input-unreadable'],
  [['samples', 'nobody'], 1, 'evaluation-unknown'],
  [['rm', 'nobody', '--yes'], 1, 'name-unknown'],
  [['logs', 'nobody'], 1, 'run-unknown'],
  [['vllm', 'install'], 1, 'python-missing'],
  [['export', 'nobody', 'FOLDER/curves', '--to', 'tensorboard'], 1, 'run-unknown'],
  [['export', 'nobody', 'FOLDER/curves', '--to', 'exel'], 2, 'usage'],
  [['data', 'push', 'math42'], 2, 'benchmark-unknown'],
  [['data', 'push'], 1, 'data-missing'],
  [['data', 'pull', 'nothing'], 2, 'data-unknown'],
  [['model', 'push', 'FOLDER/none'], 1, 'model-missing'],
  [['model', 'pull', 'some/model'], 1, 'hub-offline'],
  [['model', 'export', 'nobody', 'FOLDER/out'], 1, 'run-unknown'],
  [['model', 'push', base, '--aws', 'FOLDER/none.json'], 1, 'deployment-unreadable'],
  [['verify', '--gold', '1'], 2, 'usage'],
  [['verify', '--batch', 'FOLDER/none.jsonl'], 2, 'input-unreadable'],
  [['serve', '--port', 'eighty'], 2, 'usage'],
  [['serve', '--token-file', 'FOLDER/none'], 1, 'token-file-unreadable'],
  [['token', 'create'], 2, 'usage'],
  [['token', 'list', '--home', ''], 2, 'usage'],
  [['token', 'revoke', 'nobody'], 1, 'token-unknown'],
  [['recipes', 'nothing-like-it'], 2, 'recipe-unknown'],
  [['doctor', '--hom', 'x'], 2, 'usage'],
  [['bootstrap'], 1, 'python-missing'],
  [['microcosm', 'pretrain', '--output', 'FOLDER/base'], 1, 'python-missing'],
  ...(
    [
      ['demo', '--quick'],
      ['train', 'micro-pi1'],
      ['eval', '--model', base, '--benchmarks', 'micro-aime24'],
      ['export', 'nobody', 'FOLDER/curves', '--to', 'wandb'],
      ['data', 'push', 'micro-aime24'],
      ['model', 'push', base],
      ['serve', '--port', '0'],
      ['token', 'create', '--name', 'me'],
      ['token', 'list'],
      ['token', 'revoke', 'nobody'],
    ] as const
  ).map((args) => [[...args, '--home', 'FOLDER/a-file'], 1, 'store-unwritable'] as const),
  [['microcosm', 'pretrain', '--output', 'FOLDER/a-file/base'], 1, 'output-unwritable'],
];

describe('a command that fails with --json', () => {
  it.each(cases)('prints one JSON object, and no prose anywhere: %j', async (args, exitCode, code) => {
    const words = args.map((arg) => arg.replace('FOLDER', folder));
    const { code: exit, lines, stderr } = await oneshot([...words, '--json'], undefined, env);
    expect(lines).toEqual([{ error: expect.objectContaining({ code, exitCode }) }]);
    expect(exit).toBe(exitCode);
    for (const line of stderr.split('\n').slice(0, -1))
      expect(JSON.parse(line)).toMatchObject({ event: 'progress' });
  });

  it.each([['bootstrap'], ['train', 'micro-pi1'], ['demo', '--quick']])(
    'says so of a TMPDIR that is not there: %s',
    async (...args) => {
      const { code, lines } = await oneshot([...args, '--json'], undefined, {
        ...env,
        TMPDIR: join(folder, 'none'),
      });
      expect(lines.at(-1)).toEqual({
        error: {
          code: 'temp-unwritable',
          message: expect.stringContaining('Set TMPDIR'),
          exitCode: 1,
        },
      });
      expect(code).toBe(1);
    },
  );
});
