import { afterEach, describe, expect, it } from 'vitest';
import { WorkerPool } from '#shared/adapters/worker-pool.ts';

interface Reply {
  readonly request: unknown;
  readonly told: unknown;
  readonly threadId: number;
}

const entry = new URL('./echo-worker.ts', import.meta.url);
let pool: WorkerPool<unknown, Reply>;

afterEach(() => pool.close());

describe('WorkerPool', () => {
  it('answers every request with its own reply', async () => {
    pool = new WorkerPool(entry, 'settings', 2);
    const replies = await Promise.all(Array.from({ length: 9 }, (_, index) => pool.run(index)));
    expect(replies.map(({ request }) => request)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(replies.every(({ told }) => told === 'settings')).toBe(true);
  });

  it('spreads the requests evenly over its threads', async () => {
    pool = new WorkerPool(entry, undefined, 3);
    const replies = await Promise.all(Array.from({ length: 6 }, (_, index) => pool.run(index)));
    const threads = replies.map(({ threadId }) => threadId);
    const counts = [...new Set(threads)].map((thread) => threads.filter((each) => each === thread).length);
    expect(counts).toEqual([2, 2, 2]);
  });

  it('starts no second thread while the first is free', async () => {
    pool = new WorkerPool(entry, undefined, 3);
    const threads: number[] = [];
    for (let index = 0; index < 3; index++) threads.push((await pool.run(index)).threadId);
    expect(new Set(threads).size).toBe(1);
  });

  it('rejects what a failing thread has not answered, and starts another for what comes later', async () => {
    pool = new WorkerPool(entry, undefined, 1);
    const [failed, behind] = [pool.run('fail'), pool.run(1)];
    await expect(failed).rejects.toThrow('a verifier thread failed');
    await expect(behind).rejects.toThrow('a verifier thread failed');
    expect((await pool.run(2)).request).toBe(2);
  });

  it('rejects when a thread ends early', async () => {
    pool = new WorkerPool(entry, undefined, 1);
    await expect(pool.run('exit')).rejects.toThrow('exit code 3');
  });
});
