import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { oneshot } from '../e2e/oneshot.ts';
import { HubServer } from '../shared/adapters/hub/hub-server.ts';
import { llamaRepo, qwenRepo } from '../shared/adapters/hub/micro-repos.ts';

const SHORT = [
  '--steps',
  '2',
  '--prompts',
  '4',
  '--checkpoint-every',
  '1',
  '--eval-limit',
  '2',
  '--max-tokens',
  '32',
];

let folder: string;
let hub: HubServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-hub-training-'));
  hub = await new HubServer().start();
});
afterEach(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

const shapes = { 'tiny/qwen': qwenRepo, 'tiny/llama': llamaRepo };
it.each(Object.entries(shapes))(
  'trains %s from an empty folder and cache to scored checkpoints',
  async (model, repo) => {
    hub.repos[model] = { files: await repo(), gatedBy: 'hf_right' };
    const env = {
      ...process.env,
      HF_ENDPOINT: hub.endpoint,
      HF_HOME: join(folder, 'hf'),
      HF_TOKEN: 'hf_right',
    };
    const train = (home: string, from: string, more: NodeJS.ProcessEnv = {}) =>
      oneshot(
        ['train', 'micro-pi1', '--model', from, '--home', join(folder, home), '--json', ...SHORT],
        () => {},
        { ...env, ...more },
      );
    const first = await train('home', model);
    expect(first.code).toBe(0);
    expect(first.lines.filter(({ event }) => event === 'scores').map(({ step }) => step)).toEqual([0, 1, 2]);
    const finished = first.lines.at(-1);
    expect(finished).toMatchObject({ event: 'run-finished' });
    const run = String(finished?.['run']);

    await hub.stop();
    const offline = await train('other-home', model, { HF_HUB_OFFLINE: '1' });
    expect(offline.lines.at(-1)).toMatchObject({ run, model: finished?.['model'], rows: finished?.['rows'] });

    const onward = await train('home', `${run}@1`);
    expect(onward.code).toBe(0);
    const scored = await oneshot([
      ...['eval', '--model', run, '--benchmarks', 'micro-aime24', '--limit', '1'],
      ...['--home', join(folder, 'home'), '--json'],
    ]);
    expect(scored.code).toBe(0);
  },
);
