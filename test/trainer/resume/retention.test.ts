import { beforeEach, describe, expect, it } from 'vitest';
import type { KnownError } from '#shared/errors.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { type Claim, claim } from '#trainer/resume/claim.ts';
import { pinFork } from '#trainer/resume/fork-pins.ts';
import { deleteOldState } from '#trainer/resume/retention.ts';
import { ForwardingStore } from '../../functions/scheduler/forwarding-store.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
const digest = (letter: string) => letter.repeat(64);

let store: MemoryStore;
let held: Claim;

beforeEach(async () => {
  store = new MemoryStore();
  held = await claim(store, 'r', { resumesFrom: null, host });
});

describe('optimizer state', () => {
  it('is kept for the newest two checkpoints', async () => {
    const newest = await line('a', 'b', 'c', 'd');
    await deleteOldState(store, held, newest);
    expect(await stored()).toEqual(['c', 'd']);
  });

  it('is kept where an older checkpoint shares it with a kept one', async () => {
    const newest = await line('a', 'b', 'a');
    await deleteOldState(store, held, newest);
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('is kept for a rescue that is newer, and deleted for one that is older', async () => {
    const newest = await line('a', 'b', 'c');
    await rescue(15, 'e');
    await rescue(25, 'f');
    await deleteOldState(store, held, newest);
    expect(await stored()).toEqual(['b', 'c', 'f']);
  });

  it('that nothing names is deleted', async () => {
    const newest = await line('a', 'b');
    await state('9');
    await deleteOldState(store, held, newest);
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('is all that is deleted: a checkpoint that is owed scores keeps what they are made of', async () => {
    const newest = await line('a', 'b', 'c', 'd');
    const weights = { 'model.safetensors': { sha256: digest('7'), sizeBytes: 1 } };
    await put(store, record.model('m'.repeat(26)), { files: weights });
    await store.putOnce(keys.blob(digest('7')), new Uint8Array(1));
    for (const step of [0, 10, 20, 30])
      await put(store, record.pendingCheckpoint({ ...held, step }), { createdAt: 1 });
    const before = await store.list('');
    await deleteOldState(store, held, newest);
    const after = new Set(await store.list(''));
    const gone = before.filter((key) => !after.has(key));
    expect(gone).toEqual([keys.state('r', digest('a')), keys.state('r', digest('b'))]);
  });

  it('of another run is left alone', async () => {
    const newest = await line('a', 'b', 'c');
    await store.putOnce(keys.state('r2', digest('a')), new Uint8Array(1));
    await deleteOldState(store, held, newest);
    expect(await store.list('state/r2/')).toHaveLength(1);
  });

  it('is kept for a checkpoint that a fork waits to begin with, until that has a checkpoint of its own', async () => {
    const newest = await line('a', 'b', 'c', 'd', 'e');
    await pinFork(store, keys.checkpoint({ ...held, step: 10 }), 'child');
    await deleteOldState(store, held, newest);
    expect(await stored()).toEqual(['b', 'd', 'e']);
    const own = keys.checkpoint({ run: 'child', incarnation: 1, step: 10 });
    await store.putOnce(own, new Uint8Array());
    await deleteOldState(store, held, newest);
    expect(await stored()).toEqual(['d', 'e']);
  });

  it('is either kept for a fork or refused to it, whenever the fork comes', async () => {
    const calls = ['list', 'putOnce', 'get', 'delete'] as const;
    for (let moment = 1; ; moment++) {
      store = new MemoryStore();
      held = await claim(store, 'r', { resumesFrom: null, host });
      const newest = await line('a', 'b', 'c');
      const pinned = keys.checkpoint({ ...held, step: 0 });
      let [count, forking] = [0, undefined as Promise<string> | undefined];
      const retaining = new ForwardingStore(store);
      for (const call of calls) {
        const inner = retaining[call].bind(retaining) as (...args: unknown[]) => Promise<never>;
        Object.assign(retaining, {
          [call]: async (...args: unknown[]) => {
            count += 1;
            if (count === moment) {
              forking = pinFork(store, pinned, 'child').then(
                () => 'pinned',
                (error: KnownError) => error.code,
              );
              await forking;
            }
            return inner(...args);
          },
        });
      }
      await deleteOldState(retaining, held, newest);
      if (!forking) break;
      const kept = (await stored()).includes('a');
      expect(['pinned', 'fork-stateless']).toContain(await forking);
      if ((await forking) === 'pinned') expect(kept, `pinned before call ${moment}`).toBe(true);
    }
  });

  it('of what a later driver has committed is neither deleted nor given up', async () => {
    const newest = await line('a', 'b', 'c');
    const later = keys.checkpoint({ run: 'r', incarnation: 2, step: 40 });
    await put(store, record.checkpoint.at(later), {
      ...(await body(40, 'd')),
      parent: newest,
      steps: [],
      evaluation: null,
    });
    await claim(store, 'r', { resumesFrom: newest, host });
    await expect(deleteOldState(store, held, newest)).rejects.toMatchObject({ code: 'superseded' });
    expect(await store.list(keys.prefix.allReleased('r'))).toEqual([]);
  });

  it('is deleted after the next commit where a crash came between', async () => {
    store = new CrashingStore();
    held = await claim(store, 'r', { resumesFrom: null, host });
    await expect(deleteOldState(store, held, await line('a', 'b', 'c', 'd'))).rejects.toThrow('crash');
    expect(await stored()).toEqual(['b', 'c', 'd']);
    await deleteOldState(store, held, await line('a', 'b', 'c', 'd', 'e'));
    expect(await stored()).toEqual(['d', 'e']);
  });

  it('is not touched by a driver that another has taken over from', async () => {
    const newest = await line('a', 'b', 'c');
    await claim(store, 'r', { resumesFrom: null, host });
    await expect(deleteOldState(store, held, newest)).rejects.toMatchObject({ code: 'superseded' });
    expect(await stored()).toEqual(['a', 'b', 'c']);
  });
});

/** Its second deletion fails. */
class CrashingStore extends MemoryStore {
  #deletes = 0;

  override async delete(key: string): Promise<void> {
    this.#deletes += 1;
    if (this.#deletes === 2) throw new Error('crash');
    await super.delete(key);
  }
}

/** Checkpoints of steps 0, 10, 20, … with a file of state each; gives back the newest one's key. */
async function line(...states: readonly string[]): Promise<string> {
  let parent: string | null = null;
  for (const [index, letter] of states.entries()) {
    const key: string = keys.checkpoint({ ...held, step: index * 10 });
    const rest = { parent, steps: [], evaluation: null };
    await put(store, record.checkpoint.at(key), { ...(await body(index * 10, letter)), ...rest });
    parent = key;
  }
  return parent as string;
}

async function rescue(step: number, letter: string): Promise<void> {
  const parent = keys.checkpoint({ ...held, step: 0 });
  await put(store, record.rescue({ ...held, step }), {
    ...(await body(step, letter)),
    parent,
    steps: [],
  });
}

async function body(step: number, letter: string) {
  await state(letter);
  const ref = { sha256: digest(letter), sizeBytes: 1 };
  return { schemaVersion: 1, step, model: 'm'.repeat(26), state: { 'optimizer.safetensors': ref } };
}

async function state(letter: string): Promise<void> {
  await store.putOnce(keys.state('r', digest(letter)), new Uint8Array(1));
}

/** First digits of what is left. */
async function stored(): Promise<string[]> {
  return (await store.list('state/r/')).map((key) => key.split('/').at(-1)?.at(0) as string);
}
