import { mkdtempSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { KnownError } from '#shared/errors.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import { CheckpointChain } from '#trainer/resume/checkpoint-chain.ts';
import { Progress } from '#trainer/resume/progress.ts';
import { SideWork } from '#trainer/resume/side-work.ts';
import { RunConfig } from '#trainer/settings/config.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { StubEngine } from '../stub-engine.ts';

const config = RunConfig.parse({
  ...{ recipe: 'test', steps: 5, checkpointEvery: 2, model: 'm'.repeat(26) },
  ...{ examples: '0'.repeat(64), evaluation: null },
});
const claim = { run: 'r', incarnation: 1 };
let store: MemoryStore;
let progress: Progress;
let committed: number[];
let chain: CheckpointChain;

const unused = () => Promise.reject(new Error('the base needs nothing of it'));
function makeChain(baseFolder: string, scratch: string, engine: EngineClient): CheckpointChain {
  return new CheckpointChain({
    ...{ config, claim, progress, baseFolder, engine },
    ports: {
      ...{ store, clock: { now: () => 0 }, scratch, cache: '' },
      plan: {
        ...{ send: unused, sendBatch: unused, receive: unused, ack: unused, extend: unused },
        depth: unused,
        deadLetters: undefined,
      },
      sideWork: new SideWork((_, error) => {
        throw error;
      }),
    },
    onCommitted: (step) => committed.push(step),
  });
}

beforeEach(() => {
  store = new MemoryStore();
  progress = new Progress({ step: 0, checkpoint: null, steps: [] });
  committed = [];
  chain = makeChain('', '', { call: unused });
});

it('is due every so often and at the last step', () => {
  expect([1, 2, 3, 4, 5].filter((step) => chain.due(step))).toEqual([2, 4, 5]);
});

it('begins with the untouched base, which progress goes on from once it is stored', async () => {
  await chain.settleAfter(() => chain.begin(0));
  const first = record.checkpoint({ ...claim, step: 0 });
  expect(await read(store, first)).toMatchObject({ model: config.model, state: {}, parent: null, steps: [] });
  expect([progress.boundary.checkpoint, committed]).toEqual([first.key, [0]]);
  await chain.settleAfter(() => chain.begin(0));
  expect(committed).toEqual([0]); // there is one already
});

it('leaves no draft of a checkpoint whose forerunner cannot be stored, however late the engine writes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-chain-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [base, scratch] = [join(folder, 'base'), join(folder, 'scratch')];
  await mkdir(base);
  await writeFile(join(base, 'tokenizer.json'), '{}');
  const { client } = await new StubEngine().start();
  const call = async (...asked: Parameters<EngineClient['call']>) => {
    await setTimeout(20);
    return client.call(...asked);
  };
  chain = makeChain(base, scratch, { call: call as EngineClient['call'] });
  const full = new KnownError('disk-full', 'as scripted');
  store.putFile = () => Promise.reject(full);
  await expect(
    chain.settleAfter(async () => {
      await chain.save(2);
      await chain.save(4);
    }),
  ).rejects.toBe(full);
  expect(await readdir(scratch)).toEqual([]);
});
