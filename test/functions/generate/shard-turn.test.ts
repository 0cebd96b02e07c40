import { expect, it } from 'vitest';
import { ShardTurn } from '#functions/generate/shard-turn.ts';
import { putCache } from '#functions/generate/stored-cache.ts';
import { itemName } from '#shared/items.ts';
import type { OpenCompletion } from '#shared/records/evaluations.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const GENERATION = 'a'.repeat(26);
const item = { problem: 'sums/1', sample: 0 };
const tokens = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Whether a turn goes somewhere that took over a completion of so many tokens and left it with more. */
async function isGaining(before: number, after: number, isStored = false): Promise<boolean> {
  const store = new MemoryStore();
  const cache = isStored ? await putCache(store, GENERATION, new ArrayBuffer(8)) : undefined;
  const open: OpenCompletion = { ...item, begun: tokens(before), ...(cache !== undefined && { cache }) };
  const clock = { goesOn: () => true, canStore: () => false };
  const turn = new ShardTurn(store, GENERATION, new Map([[itemName(item), open]]), clock);
  await turn.begun(item)?.cache?.();
  await turn.onOpen(item, { tokens: tokens(after), cache: () => new ArrayBuffer(8) });
  return turn.isGaining;
}

it('gains where it adds a tenth of what it had to run again', async () => {
  expect(await isGaining(100, 110)).toBe(true);
  expect(await isGaining(100, 109)).toBe(false);
  expect(await isGaining(100, 100)).toBe(false);
});

it('has nothing to run again where keys and values were stored', async () => {
  expect(await isGaining(100, 101, true)).toBe(true);
  expect(await isGaining(100, 100, true)).toBe(false);
});
