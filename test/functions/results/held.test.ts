import { describe, expect, it } from 'vitest';
import { held } from '#functions/results/held.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const MIB = 2 ** 20;

describe('held', () => {
  it('fetches once, however many ask at once', async () => {
    const { fetched, ask } = world();
    expect(await Promise.all([ask('a'), ask('a'), ask('a')])).toEqual(['a', 'a', 'a']);
    await ask('a');
    expect(fetched).toEqual(['a']);
  });

  it('keeps as many bytes as it may, those asked for last', async () => {
    const { fetched, ask } = world(40 * MIB);
    await ask('a');
    await ask('b');
    await ask('a');
    await ask('c');
    await ask('a');
    expect(fetched).toEqual(['a', 'b', 'c']);
    await ask('b');
    expect(fetched).toEqual(['a', 'b', 'c', 'b']);
  });

  it('asks again for what is not there yet, and for what failed', async () => {
    const store = new MemoryStore();
    const answers = [undefined, new Error('for a moment'), { value: 1, sizeBytes: 1 }];
    const ask = () =>
      held(store, 'a', async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      });
    expect(await ask()).toBeUndefined();
    await expect(ask()).rejects.toThrow('for a moment');
    expect([await ask(), await ask()]).toEqual([1, 1]);
  });

  it('forgets by the bytes of failures and of what is not there nothing else', async () => {
    const { fetched, ask, store } = world(40 * MIB);
    await ask('a');
    for (let i = 0; i < 10; i++) await held(store, `none ${i}`, async () => undefined);
    await ask('a');
    expect(fetched).toEqual(['a']);
  });
});

function world(sizeBytes = 1) {
  const store = new MemoryStore();
  const fetched: string[] = [];
  const ask = (name: string) =>
    held(store, name, async () => {
      fetched.push(name);
      return { value: name, sizeBytes };
    });
  return { store, fetched, ask };
}
