import { describe, expect, it } from 'vitest';
import { indexProblemSet, newestProblemSet } from '#shared/storage/problem-set-index.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const [a, b] = ['a'.repeat(26), 'b'.repeat(26)];

describe('the index of problem sets', () => {
  it('gives the set that was pushed last under a name', async () => {
    const store = new MemoryStore();
    expect(await newestProblemSet(store, 'sums')).toBeUndefined();
    await indexProblemSet(store, 'sums', a, 1);
    await indexProblemSet(store, 'sums', b, 2);
    await indexProblemSet(store, 'sums-2', a, 3);
    expect(await newestProblemSet(store, 'sums')).toBe(b);
    await indexProblemSet(store, 'sums', a, 4);
    expect(await newestProblemSet(store, 'sums')).toBe(a);
  });

  it('gains nothing when the newest set is pushed again', async () => {
    const store = new MemoryStore();
    await indexProblemSet(store, 'sums', a, 1);
    await indexProblemSet(store, 'sums', a, 2);
    expect(await store.list('index/')).toHaveLength(1);
  });
});
