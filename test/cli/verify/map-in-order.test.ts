import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from '#cli/verify/map-in-order.ts';
import { collect } from './collect.ts';

describe('mapInOrder', () => {
  it('gives the results in the order of the items, whichever is there first', async () => {
    const tasks = fc.scheduler();
    const items = fc.array(fc.integer(), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(tasks, items, fc.integer({ min: 1, max: 5 }), async (scheduler, given, limit) => {
        const map = async (item: number) => {
          await scheduler.schedule(Promise.resolve());
          return item * 2;
        };
        const results = collect(mapInOrder(stream(given), limit, map));
        await scheduler.waitFor(results);
        expect(await results).toEqual(given.map((item) => item * 2));
      }),
    );
  });

  it('has no more than the limit under way, and reads no further ahead', async () => {
    let [underWay, most, read] = [0, 0, 0];
    async function* source() {
      for (; read < 20; read++) yield read;
    }
    const map = async (item: number) => {
      most = Math.max(most, ++underWay);
      await sleep(1);
      underWay -= 1;
      return item;
    };
    for await (const result of mapInOrder(source(), 3, map)) expect(read - result).toBeLessThanOrEqual(4);
    expect(most).toBe(3);
  });

  it('gives a result while the source waits for its next item', async () => {
    const ended = Promise.withResolvers<void>();
    async function* source() {
      yield 1;
      await ended.promise;
    }
    const results = mapInOrder(source(), 4, async (item) => item);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    ended.resolve();
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('fails as the first item fails that nobody got yet', async () => {
    const map = async (item: number) => {
      if (item === 2) throw new Error('two');
      return item;
    };
    await expect(collect(mapInOrder(stream([1, 2, 3]), 2, map))).rejects.toThrow('two');
  });

  it('fails as the source fails', async () => {
    async function* source() {
      yield 1;
      throw new Error('the source');
    }
    await expect(collect(mapInOrder(source(), 2, async (item) => item))).rejects.toThrow('the source');
  });
});

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
