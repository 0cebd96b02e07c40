import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';
import { putJournal } from '#trainer/journal/journal.ts';
import { claim } from '#trainer/resume/claim.ts';
import type { Rollout } from '#trainer/rollouts/rollout.ts';
import { ApiWorld } from './api-world.ts';

const host = { torch: 't', transformers: 't', instructionSet: 'i' };
const GROUPS = 3;
const SAMPLES = 4;

describe('GET /v1/runs/{run}/steps/{step}/rollouts', () => {
  let api: ApiWorld;
  let store: ObjectStore;

  beforeEach(async () => {
    api = await ApiWorld.create();
    store = api.world.store;
    await putRun(store, { labelOverride: null, wrongLabels: { share: 0 } });
    await claim(store, 'r', { resumesFrom: null, host });
    for (const step of [1, 2, 3]) await putStep(store, 1, step);
  });
  const rollouts = async (query = '', step = 2) =>
    (await api.get(`/v1/runs/r/steps/${step}/rollouts${query}`)).body;

  it('shows each completion with what training made of it, by prompt, as the trainer journalled it', async () => {
    const body = await rollouts();
    expect(body).toMatchObject({
      run: 'r',
      step: 2,
      previous: 1,
      following: 3,
      metrics: { 'reward/mean': 0.5 },
    });
    expect(body.items.map(({ row, problem }: Group) => [row, problem])).toEqual([
      [0, 'What is 0 + 1?'],
      [1, 'What is 1 + 1?'],
      [2, 'What is 2 + 1?'],
    ]);
    expect(body.items[1]).toMatchObject({ example: 'e1', answer: '2', samples: SAMPLES });
    expect(body.items[1].rollouts[3]).toEqual({
      ...{ sample: 3, text: 'step 2 row 1 says \\boxed{3}', tokens: 5, truncated: true },
      ...{ verdict: 'incorrect', reason: 'different', extracted: '3' },
      ...{ reward: 0, parts: { right: 0, format: 1 }, advantage: -0.5 },
    });
    expect([body.total, body.samples, body.matches, body.next]).toEqual([GROUPS, 12, 12, null]);
  });

  it('says of every group how many are right and whether it teaches anything', async () => {
    const { outline } = await rollouts('?limit=1');
    expect(outline.map(({ correct, dead }: Outline) => [correct, dead])).toEqual([
      [4, true],
      [2, false],
      [2, false],
    ]);
    expect(outline[0].rewards).toEqual([1, 1, 1, 1]);
  });

  it('narrows by reward, verdict, truncation, group and text, and counts what each choice would leave', async () => {
    const wrong = await rollouts('?reward=0');
    expect([wrong.matches, wrong.total]).toEqual([4, 2]);
    expect(wrong.counts.reward).toEqual({ 0: 4, 1: 8 });
    expect(wrong.counts.truncated).toEqual({ true: 2, false: 2 });
    expect(wrong.items[0].rollouts.map(({ sample }: { sample: number }) => sample)).toEqual([2, 3]);
    expect((await rollouts('?verdict=correct')).matches).toBe(8);
    expect((await rollouts('?reward=0&truncated=true')).matches).toBe(2);
    expect((await rollouts('?truncated=false')).matches).toBe(9);
    expect((await rollouts('?row=2')).matches).toBe(SAMPLES);
    expect((await rollouts('?q=ROW%201%20says')).matches).toBe(SAMPLES);
    expect(await rollouts('?q=nowhere')).toMatchObject({ matches: 0, total: 0, items: [], next: null });
  });

  it('pages through groups', async () => {
    const first = await rollouts('?limit=2');
    const second = await rollouts(`?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ row }: Group) => row)).toEqual([0, 1, 2]);
    expect([second.total, second.next]).toEqual([GROUPS, null]);
    expect((await rollouts('?cursor=x')).code).toBe('cursor-invalid');
  });

  it('follows the way that led on where a driver was taken over', async () => {
    const checkpoint = keys.checkpoint({ run: 'r', step: 1, incarnation: 1 });
    await claim(store, 'r', { resumesFrom: checkpoint, host });
    await putStep(store, 2, 2);
    api.passTime();
    expect((await rollouts('', 1)).items[0].rollouts[0].text).toContain('step 1');
    expect(await rollouts()).toMatchObject({ previous: 1, following: null });
    expect((await rollouts('', 3)).code).toBe('step-unknown');
  });

  it('does not name answers where the run draws wrong ones', async () => {
    await putRun(store, { labelOverride: null, wrongLabels: { share: 0.6 } }, 'noisy');
    await putRun(store, { labelOverride: '12.7', wrongLabels: { share: 0 } }, 'labelled');
    for (const run of ['noisy', 'labelled']) {
      await claim(store, run, { resumesFrom: null, host });
      await putStep(store, 1, 1, run);
    }
    const answer = async (run: string) =>
      (await api.get(`/v1/runs/${run}/steps/1/rollouts`)).body.items[0].answer;
    expect([await answer('noisy'), await answer('labelled')]).toEqual([null, '12.7']);
  });

  it('is 404 for a step that is not done, naming those that are, and for runs that do not exist', async () => {
    const { status, body } = await api.get('/v1/runs/r/steps/9/rollouts');
    expect([status, body.code]).toEqual([404, 'step-unknown']);
    expect(body.detail).toContain('1 to 3');
    expect((await api.get('/v1/runs/nobody/steps/1/rollouts')).body.code).toBe('run-unknown');
  });

  it('is read once: the journal is not looked at again', async () => {
    await rollouts();
    const read: string[] = [];
    const get = store.get.bind(store);
    store.get = (key, range) => {
      read.push(key);
      return get(key, range);
    };
    await rollouts('?reward=1');
    expect(read.filter((key) => key.startsWith('blobs/'))).toEqual([]);
  });
});

describe('GET /v1/runs/{run}/steps', () => {
  it('pages through the steps that are done, those since the newest checkpoint among them', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    await putRun(store, {});
    await claim(store, 'r', { resumesFrom: null, host });
    for (const step of [1, 2, 3]) await putStep(store, 1, step);
    const first = (await api.get('/v1/runs/r/steps?limit=2')).body;
    expect(first).toMatchObject({
      total: 3,
      items: [{ step: 1, metrics: { 'reward/mean': 0.5 } }, { step: 2 }],
    });
    const second = (await api.get(`/v1/runs/r/steps?limit=2&cursor=${first.next}`)).body;
    expect([second.items.map(({ step }: { step: number }) => step), second.next]).toEqual([[3], null]);
  });
});

interface Group {
  readonly row: number;
  readonly problem: string;
}
interface Outline {
  readonly correct: number;
  readonly dead: boolean;
}

async function putRun(store: ObjectStore, data: object, run = 'r'): Promise<void> {
  const lines = Array.from({ length: GROUPS }, (_, i) =>
    JSON.stringify({ id: `e${i}`, prompt: `What is ${i} + 1?`, answer: String(i + 1) }),
  );
  const examples = await putBlob(store, Buffer.from(`${lines.join('\n')}\n`));
  await put(store, record.run(run), {
    config: { recipe: 'own', steps: 3, examples, data },
    codeVersion: '1',
  });
}

async function putStep(store: ObjectStore, incarnation: number, step: number, run = 'r'): Promise<void> {
  const rollouts = Array.from({ length: GROUPS * SAMPLES }, (_, b) =>
    rollout(step, Math.floor(b / SAMPLES), b % SAMPLES),
  );
  const journal = await putJournal(
    store,
    { run, incarnation } as Parameters<typeof putJournal>[1],
    step,
    rollouts,
  );
  await put(store, record.step({ run, incarnation, step }), {
    step,
    journal,
    metrics: { 'reward/mean': 0.5 },
  });
}

/** Group 0 is all right, the others half; the last sample of each is cut. */
function rollout(step: number, row: number, sample: number): Rollout {
  const right = row === 0 || sample < 2;
  const said = right ? row + 1 : sample;
  return {
    ...{
      row,
      sample,
      example: `e${row}`,
      prompt: Int32Array.of(1, 2),
      completion: Int32Array.of(1, 2, 3, 4, 5),
    },
    ...{ text: `step ${step} row ${row} says \\boxed{${said}}`, truncated: sample === 3 },
    ...{ samplerLogprobs: new Float32Array(5), oldLogprobs: null, referenceLogprobs: null, critic: null },
    ...{ verdict: right ? 'correct' : 'incorrect', reason: right ? 'equal-text' : 'different' },
    ...{ extracted: String(said), reward: right ? 1 : 0, parts: { right: right ? 1 : 0, format: 1 } },
    advantage: row === 0 ? 0 : right ? 0.5 : -0.5,
  };
}
