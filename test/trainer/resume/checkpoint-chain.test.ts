import { beforeEach, expect, it } from 'vitest';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { CheckpointChain } from '#trainer/resume/checkpoint-chain.ts';
import { Progress } from '#trainer/resume/progress.ts';
import { SideWork } from '#trainer/resume/side-work.ts';
import { RunConfig } from '#trainer/settings/config.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const config = RunConfig.parse({
  ...{ recipe: 'test', steps: 5, checkpointEvery: 2, model: 'm'.repeat(26) },
  ...{ examples: '0'.repeat(64), evaluation: null },
});
const claim = { run: 'r', incarnation: 1 };
let store: MemoryStore;
let progress: Progress;
let committed: number[];
let chain: CheckpointChain;

beforeEach(() => {
  store = new MemoryStore();
  progress = new Progress({ step: 0, checkpoint: null, steps: [] });
  committed = [];
  const unused = () => Promise.reject(new Error('the base needs nothing of it'));
  chain = new CheckpointChain({
    ...{ config, claim, progress, baseFolder: '' },
    engine: { call: unused },
    ports: {
      ...{ store, clock: { now: () => 0 }, scratch: '', cache: '' },
      plan: {
        ...{ send: unused, sendBatch: unused, receive: unused, ack: unused, extend: unused },
        deadLetters: undefined,
      },
      sideWork: new SideWork((_, error) => {
        throw error;
      }),
    },
    onCommitted: (step) => committed.push(step),
  });
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
