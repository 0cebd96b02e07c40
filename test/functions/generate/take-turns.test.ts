import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { takeTurns } from '#functions/generate/take-turns.ts';

it('runs one after the other, in the order of the calls, whatever they take', async () => {
  const inTurn = takeTurns();
  const events: string[] = [];
  const work = (name: string, ms: number) => async () => {
    events.push(`${name} begins`);
    await sleep(ms);
    events.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([inTurn(work('a', 20)), inTurn(work('b', 0))])).toEqual(['a', 'b']);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('goes on after an error, which only its own caller sees', async () => {
  const inTurn = takeTurns();
  const failed = inTurn(() => Promise.reject(new Error('no model')));
  const next = inTurn(async () => 'made');
  await expect(failed).rejects.toThrow('no model');
  await expect(next).resolves.toBe('made');
});
