import { describe, expect, it } from 'vitest';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { ManualClock } from '../../ports/manual-clock.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

describe('CachedLists', () => {
  it('answers from memory for five seconds', async () => {
    const { store, clock, lists } = await world();
    expect(await lists.list('a/')).toEqual(['a/1']);
    await store.putOnce('a/2', new Uint8Array());
    clock.advance(4.9);
    expect(await lists.list('a/')).toEqual(['a/1']);
    clock.advance(0.2);
    expect(await lists.list('a/')).toEqual(['a/1', 'a/2']);
  });

  it('makes lists that were made together again one after the other, each within five seconds', async () => {
    const { store, clock, lists } = await world();
    const prefixes = Array.from({ length: 40 }, (_, index) => `b/${index}/`);
    const newer = async () => {
      const found = await Promise.all(prefixes.map((prefix) => lists.list(prefix)));
      return found.filter((keys) => keys.length > 0).length;
    };
    expect(await newer()).toBe(0);
    for (const prefix of prefixes) await store.putOnce(`${prefix}1`, new Uint8Array());
    clock.advance(4.5);
    const early = await newer();
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(prefixes.length);
    clock.advance(0.5);
    expect(await newer()).toBe(prefixes.length);
  });

  it('tells lists of other options apart', async () => {
    const { lists } = await world();
    expect(await lists.list('a')).toEqual(['a/1']);
    expect(await lists.list('a', { delimiter: '/' })).toEqual(['a/']);
    expect(await lists.list('a', { startAfter: 'a/1' })).toEqual([]);
  });

  it('looks again at what it was told to forget, and at nothing else', async () => {
    const { store, lists } = await world();
    await lists.list('a/');
    await lists.list('a');
    await store.putOnce('a/2', new Uint8Array());
    lists.forget('a/');
    expect(await lists.list('a/')).toEqual(['a/1', 'a/2']);
    expect(await lists.list('a')).toEqual(['a/1']);
  });
});

async function world() {
  const [store, clock] = [new MemoryStore(), new ManualClock()];
  await store.putOnce('a/1', new Uint8Array());
  return { store, clock, lists: new CachedLists(store, clock) };
}
