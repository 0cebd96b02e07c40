import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type InTurn, takeTurns } from '#functions/generate/take-turns.ts';

it('runs what has no company one after the other, in the order of the calls, whatever they take', async () => {
  const takeTurn = takeTurns();
  const events: string[] = [];
  const work = (name: string, ms: number) =>
    takeTurn({ name, company: undefined }, async () => {
      events.push(`${name} begins`);
      await sleep(ms);
      events.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([work('a', 20), work('b', 0)])).toEqual(['a', 'b']);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

it('goes on after an error, which only its own caller sees', async () => {
  const takeTurn = takeTurns();
  const failed = takeTurn({ name: 'a', company: undefined }, () => Promise.reject(new Error('no model')));
  const next = takeTurn({ name: 'b', company: undefined }, async () => 'made');
  await expect(failed).rejects.toThrow('no model');
  await expect(next).resolves.toBe('made');
});

it('begins at once what waits for nothing: neighbours of one company that have other names', async () => {
  const takeTurn = takeTurns();
  const meeting = Promise.withResolvers<void>();
  const first = takeTurn({ name: 'a', company: 'x' }, () => meeting.promise); // until the second is there
  await takeTurn({ name: 'b', company: 'x' }, async () => meeting.resolve());
  await first;
});

const turn: fc.Arbitrary<InTurn> = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  company: fc.constantFrom('x', 'y', undefined),
});

it('never has two companies at work, nor one name twice, and overtakes nobody it has to wait for', async () => {
  const asked = fc.array(fc.record({ turn, fails: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(asked, fc.scheduler(), async (works, scheduler) => {
      const takeTurn = takeTurns();
      const atWork = new Set<number>();
      const begun: number[] = [];
      const ends = works.map(({ turn, fails }, index) =>
        takeTurn(turn, async () => {
          const others = [...atWork].map((each) => (works[each] as (typeof works)[number]).turn);
          for (const other of others) {
            expect(other.company).toBe(turn.company);
            expect(turn.company).toBeDefined();
            expect(other.name).not.toBe(turn.name);
          }
          begun.push(index);
          atWork.add(index);
          await scheduler.schedule(Promise.resolve());
          atWork.delete(index);
          if (fails) throw new Error('failed');
        }),
      );
      const settled = Promise.allSettled(ends);
      await scheduler.waitFor(settled);
      expect((await settled).map(({ status }) => status === 'rejected')).toEqual(
        works.map(({ fails }) => fails),
      );
      const companies = begun.map((index) => works[index]?.turn.company);
      expect(companies).toEqual(works.map(({ turn }) => turn.company)); // in the order of the calls
    }),
  );
});
