import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '#bench/fleet/event-queue.ts';

test('events leave in the order of time, and of the same time in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
      const queue = new EventQueue<number>();
      times.forEach((at, i) => {
        queue.add(at, i);
      });
      const left = Array.from({ length: times.length }, () => queue.next());
      const entered = times.map((at, event) => ({ at, event }));
      expect(left).toEqual(entered.toSorted((one, other) => one.at - other.at));
      expect(queue.next()).toBeUndefined();
    }),
  );
});
