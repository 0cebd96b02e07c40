import { mkdtempSync } from 'node:fs';
import { rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { KnownError } from '#shared/errors.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { putJournal } from '#trainer/journal/journal.ts';
import { Replay } from '#trainer/journal/replay.ts';
import { ForwardingStore } from '../../functions/scheduler/forwarding-store.ts';
import { madeUpRollout } from '../made-up-rollout.ts';

let folder: string;
let store: FolderStore;
let resampled: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneshot-replay-'));
  store = new FolderStore(folder);
  resampled = [];
});
afterEach(() => rm(folder, { recursive: true }));

const by = (incarnation: number) => ({ run: 'r', incarnation });
const journalKey = (incarnation: number, step: number) => keys.journal({ ...by(incarnation), step });

/** A driver journals a step, and says that it is done. */
async function train(incarnation: number, step: number, text = `${step}`): Promise<string> {
  const journal = await putJournal(store, by(incarnation), step, [madeUpRollout(text)]);
  await put(store, record.step({ ...by(incarnation), step }), {
    step,
    journal,
    metrics: {},
  });
  return journal;
}

function replay(
  incarnation: number,
  { after = 0, resample = false, at = store as ForwardingStore['inner'] } = {},
) {
  return Replay.after(after, at, by(incarnation), { resample, onResample: (step) => resampled.push(step) });
}

const textOf = async (reading: Replay, step: number) => (await reading.find(step))?.rollouts[0]?.text;

describe('a replay', () => {
  it('reads journals of all drivers before, and nothing for steps that none has begun', async () => {
    await train(1, 1);
    await train(1, 2);
    await train(2, 3);
    const reading = await replay(3);
    for (const step of [1, 2, 3]) expect(await textOf(reading, step)).toBe(`${step}`);
    expect(await reading.find(4)).toBeUndefined();
  });

  it('asks the store for nothing where there is nothing to replay', async () => {
    await train(1, 1);
    const watched = new ForwardingStore(store);
    watched.get = () => Promise.reject(new Error('asked'));
    const reading = await replay(2, { after: 1, at: watched });
    expect(await reading.find(2)).toBeUndefined();
  });

  it('does not read what a driver wrote after another had gone its own way', async () => {
    await train(1, 1);
    await train(2, 2, 'the way of 2');
    await train(1, 2, 'the way of 1');
    await train(1, 3, 'the way of 1');
    const reading = await replay(3);
    expect(await textOf(reading, 1)).toBe('1');
    expect(await textOf(reading, 2)).toBe('the way of 2');
    expect(await reading.find(3)).toBeUndefined();
  });
});

describe('a journal', () => {
  const damages = {
    'whose blob is gone': (blob: string) => unlink(join(folder, keys.blob(blob))),
    'whose blob is cut off': (blob: string) => truncate(join(folder, keys.blob(blob)), 20),
    'whose blob is another one': (blob: string) => writeFile(join(folder, keys.blob(blob)), '{}'),
  };

  it.each(Object.entries(damages))('%s ends the run with its step and what to do', async (_, damage) => {
    await train(1, 1);
    await damage(await train(1, 2));
    const reading = await replay(2);
    await reading.find(1);
    await expect(reading.find(2)).rejects.toMatchObject({
      code: 'journal-damaged',
      message: expect.stringMatching(/Run r cannot replay step 2: .*--resample/),
    });
  });

  it.each(Object.entries(damages))('%s is sampled again, and so is what came after', async (_, damage) => {
    await train(1, 1);
    await damage(await train(1, 2));
    await train(1, 3);
    const reading = await replay(2, { resample: true });
    expect(await textOf(reading, 1)).toBe('1');
    expect(await reading.find(2)).toBeUndefined();
    expect(resampled).toEqual([2]);
    await train(2, 2, '2'); // the same bytes as before: exact sampling
    expect(await reading.find(3)).toBeUndefined();

    const later = await replay(3, { after: 1 });
    expect(await textOf(later, 2)).toBe('2');
    expect(await later.find(3)).toBeUndefined();
  });

  it('that nothing refers to is found by what the step says', async () => {
    await train(1, 1);
    await unlink(join(folder, journalKey(1, 1)));
    expect(await textOf(await replay(2), 1)).toBe('1');
    await writeFile(join(folder, journalKey(1, 1)), 'not JSON');
    expect(await textOf(await replay(2), 1)).toBe('1');
  });

  it('that is gone without a trace between others is missed', async () => {
    for (const step of [1, 2, 3]) await train(1, step);
    for (const key of [journalKey(1, 2), keys.step({ ...by(1), step: 2 })]) await unlink(join(folder, key));
    const reading = await replay(2);
    await reading.find(1);
    await expect(reading.find(2)).rejects.toMatchObject({ code: 'journal-damaged' });
  });

  it('of this driver itself is not sampled again, since it cannot be replaced', async () => {
    await truncate(join(folder, keys.blob(await train(1, 1))), 20);
    const reading = await replay(1, { resample: true });
    await expect(reading.find(1)).rejects.toMatchObject({ code: 'journal-damaged' });
  });

  it('that a store does not give out is no damage', async () => {
    await train(1, 1);
    const failing = new ForwardingStore(store);
    const reading = await replay(2, { resample: true, at: failing });
    failing.get = () => Promise.reject(new KnownError('service-unavailable', 'away'));
    await expect(reading.find(1)).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(resampled).toEqual([]);
  });
});
