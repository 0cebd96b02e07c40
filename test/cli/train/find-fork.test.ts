import { beforeEach, describe, expect, it } from 'vitest';
import { findFork, holdFork } from '#cli/train/find-fork.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { type Claim, claim } from '#trainer/resume/claim.ts';
import { deleteOldState } from '#trainer/resume/retention.ts';
import { RunConfig } from '#trainer/settings/config.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { commitLine, storeModel } from '../../trainer/stored-run.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
let store: MemoryStore;
let held: Claim;
let line: string[];

beforeEach(async () => {
  store = new MemoryStore();
  const common = { recipe: 'own', steps: 80, examples: 'e'.repeat(64), evaluation: null };
  const config = RunConfig.parse({ ...common, model: await storeModel(store, 0) });
  await put(store, record.run('r'), { config, codeVersion: '1' });
  held = await claim(store, 'r', { resumesFrom: null, host });
  line = await commitLine({ store, ...held }, [0, 20, 40, 60]);
});

/** What a command that forks does. */
async function fork(text: string, child: string): Promise<number> {
  const { fork: origin, step } = await findFork(store, text);
  await holdFork(store, origin, child);
  return step;
}
const retain = (newest = line.at(-1) as string) => deleteOldState(store, held, newest);
const stateless = (steps: string) => ({
  code: 'fork-stateless',
  message: expect.stringContaining(`Steps with optimizer state: ${steps}.`),
});

describe('--fork RUN@STEP', () => {
  it('says of a run that stands for a watched folder why it cannot be forked', async () => {
    await put(store, record.run('w'), { config: { recipe: 'watched', folder: '/x' }, codeVersion: '1' });
    await expect(fork('w@10', 'a')).rejects.toMatchObject({
      code: 'fork-unknown',
      message: expect.stringContaining('a folder of another trainer'),
    });
  });

  it('takes any checkpoint whose optimizer state is there, without a step the newest', async () => {
    expect(await fork('r@20', 'a')).toBe(20);
    await retain();
    expect(await fork('r', 'b')).toBe(60);
    expect(await fork('r@40', 'c')).toBe(40);
  });

  it('refuses one whose state is gone, naming the steps that have theirs', async () => {
    await retain();
    await expect(fork('r@20', 'a')).rejects.toMatchObject(stateless('40, 60'));
    for (const key of await store.list(keys.prefix.states('r'))) await store.delete(key);
    await expect(fork('r', 'a')).rejects.toMatchObject(stateless('none'));
  });

  it('refuses a step or run that is not there', async () => {
    const unknown = (why: RegExp) => ({ code: 'fork-unknown', message: expect.stringMatching(why) });
    await retain();
    await expect(fork('r@7', 'a')).rejects.toMatchObject(
      unknown(/step 7\. .*: 20, 40, 60\. With optimizer state: 40, 60/),
    );
    await expect(fork('r@0', 'a')).rejects.toMatchObject(unknown(/base itself needs no fork/));
    await expect(fork('nobody', 'a')).rejects.toMatchObject(unknown(/no run nobody/));
  });

  it('keeps the state while the run trains on, for a second fork too, until each has begun', async () => {
    await fork('r@40', 'a');
    const more = await commitLine({ store, ...held }, [80, 100], line.at(-1));
    await retain(more.at(-1));
    expect(await fork('r@40', 'b')).toBe(40);
    await commitLine({ store, run: 'a', incarnation: 1 }, [40]);
    await retain(more.at(-1));
    expect(await fork('r@40', 'b')).toBe(40);
    await commitLine({ store, run: 'b', incarnation: 1 }, [40]);
    await retain(more.at(-1));
    await expect(fork('r@40', 'c')).rejects.toMatchObject(stateless('80, 100'));
  });

  it('given again once the fork has begun, goes on whatever has become of the origin', async () => {
    await fork('r@20', 'a');
    await commitLine({ store, run: 'a', incarnation: 1 }, [20]);
    await retain();
    expect(await fork('r@20', 'a')).toBe(20);
  });
});
