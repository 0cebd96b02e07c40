import { describe, expect, it } from 'vitest';
import { ShardTurn, type ShardTurnPorts } from '#functions/generate/shard-turn.ts';
import { putCache } from '#functions/generate/stored-cache.ts';
import { StoringSpeed } from '#functions/generate/storing-speed.ts';
import { KnownError } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { OpenCompletion } from '#shared/records/evaluations.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const GENERATION = 'a'.repeat(26);
const item = { problem: 'sums/1', sample: 0 };
const itemAt = (sample: number) => ({ problem: 'sums/1', sample });
const tokens = (count: number) => Array.from({ length: count }, (_, i) => i);

function turnOver(
  {
    store,
    storingMs = () => Number.POSITIVE_INFINITY,
    log = [],
  }: { store: ObjectStore } & Partial<Pick<ShardTurnPorts['clock'], 'storingMs'>> & { log?: LogEntry[] },
  before: readonly OpenCompletion[] = [],
): ShardTurn {
  return new ShardTurn(new Map(before.map((open) => [itemName(open), open])), {
    store,
    generation: GENERATION,
    clock: { goesOn: () => true, storingMs },
    speed: new StoringSpeed(),
    log: (entry) => log.push(entry),
  });
}

/** Keys and values of so many bytes. */
const open = (bytes: number) => ({ tokens: tokens(3), cache: () => new ArrayBuffer(bytes) });

/** Whether a turn goes somewhere that took over a completion of so many tokens and left it with more. */
async function isGaining(before: number, after: number, isStored = false): Promise<boolean> {
  const store = new MemoryStore();
  const cache = isStored ? await putCache(store, GENERATION, new ArrayBuffer(8)) : undefined;
  const left: OpenCompletion = { ...item, begun: tokens(before), ...(cache !== undefined && { cache }) };
  const turn = turnOver({ store, storingMs: () => 0 }, [left]);
  await turn.begun(item)?.cache?.();
  await turn.onOpen(item, { tokens: tokens(after), cache: () => new ArrayBuffer(8) });
  return turn.isGaining;
}

describe('a turn of a shard', () => {
  it('gains where it adds a tenth of what it had to run again', async () => {
    expect(await isGaining(100, 110)).toBe(true);
    expect(await isGaining(100, 109)).toBe(false);
    expect(await isGaining(100, 100)).toBe(false);
  });

  it('has nothing to run again where keys and values were stored', async () => {
    expect(await isGaining(100, 101, true)).toBe(true);
    expect(await isGaining(100, 100, true)).toBe(false);
  });

  it('leaves completions in the order in which it was told, whichever is stored first', async () => {
    const store = new MemoryStore();
    const putOnce = store.putOnce.bind(store);
    let waiting = 3;
    store.putOnce = async (key, body) => {
      const turns = waiting--;
      for (let i = 0; i < 10 * turns; i++) await Promise.resolve();
      return putOnce(key, body);
    };
    const turn = turnOver({ store });
    await Promise.all([0, 1, 2].map((sample) => turn.onOpen(itemAt(sample), open(8 + sample))));
    expect(turn.open.map(({ sample, cache }) => [sample, cache?.length])).toEqual([
      [0, 64],
      [1, 64],
      [2, 64],
    ]);
    expect(turn.caches).toMatchObject({ stored: 3, late: 0, refused: 0 });
  });

  it('says that the store takes no keys and values, and hands tokens over all the same', async () => {
    const log: LogEntry[] = [];
    const store = new MemoryStore();
    store.putOnce = async () => {
      throw new KnownError('service-unavailable', 'The store is away.');
    };
    const turn = turnOver({ store, log });
    await turn.onOpen(item, open(8));
    expect(turn.open).toEqual([{ ...item, begun: tokens(3) }]);
    expect(turn.caches).toMatchObject({ stored: 0, refused: 1 });
    expect(log).toMatchObject([
      { level: 'warning', event: 'cache-not-stored', code: 'service-unavailable', bytes: 8 },
    ]);
  });

  it('stores one after the other as long as there is time at all', async () => {
    let left = 2;
    const turn = turnOver({ store: new MemoryStore(), storingMs: () => left });
    const copies: number[] = [];
    for (const sample of [0, 1, 2]) {
      const cache = () => {
        copies.push(sample);
        left -= 1;
        return new ArrayBuffer(40e6); // a second, at the speed that is assumed
      };
      await turn.onOpen(itemAt(sample), { tokens: tokens(3), cache });
      if (sample === 0) left = 1000;
      if (sample === 1) left = 0;
    }
    expect(turn.open.map(({ cache }) => cache !== undefined).slice(1)).toEqual([true, false]);
    expect(copies).toEqual([0, 1]); // no copy is made of what comes too late
  });

  it('waits for a store that does not answer no longer than its time', async () => {
    const store = new MemoryStore();
    store.putOnce = () => new Promise(() => {});
    const turn = turnOver({ store, storingMs: () => 20 });
    await turn.onOpen(item, open(8));
    expect(turn.open).toEqual([{ ...item, begun: tokens(3) }]);
    expect(turn.caches).toMatchObject({ stored: 0, late: 1 });
  });

  it.each([
    ['gone', async () => undefined],
    ['damaged', async () => Uint8Array.of(1, 2)],
    [
      'refused',
      async () => {
        throw new KnownError('service-unavailable', 'The store is away.');
      },
    ],
  ])('runs tokens again whose keys and values are %s, and says so', async (_, get) => {
    const log: LogEntry[] = [];
    const store = new MemoryStore();
    const cache = await putCache(store, GENERATION, new ArrayBuffer(8));
    store.get = get;
    const turn = turnOver({ store, log }, [{ ...item, begun: tokens(5), cache }]);
    expect(await turn.begun(item)?.cache?.()).toBeUndefined();
    await turn.onOpen(item, { tokens: tokens(6), cache: () => new ArrayBuffer(8) });
    expect([turn.again, turn.caches.lost, turn.caches.read]).toEqual([5, 1, 0]);
    expect(log).toMatchObject([{ level: 'warning', event: 'cache-lost', item: itemName(item) }]);
  });
});
