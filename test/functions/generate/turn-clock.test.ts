import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOSING_MS, turnClock } from '#functions/generate/turn-clock.ts';

const BYTES_PER_MS = 1000;
const msToStore = (bytes: number) => bytes / BYTES_PER_MS;

describe('turnClock', () => {
  it('leaves time to close and to store what is held, but no more than it has worked', () => {
    const steps = fc.array(fc.integer({ min: 100, max: 150 }), { minLength: 600, maxLength: 600 });
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 60_000 }), fc.nat(100_000), steps, (limit, grows, taken) => {
        let [left, held, before] = [limit, 0, limit];
        const clock = turnClock(() => left, msToStore);
        for (const ms of taken) {
          if (!clock.goesOn(held)) break;
          before = left;
          left -= ms;
          held += grows;
        }
        const kept = Math.min(msToStore(held - grows), limit - before);
        expect(left).toBeGreaterThanOrEqual(CLOSING_MS + kept);
      }),
    );
  });

  it('works half of its time where storing would take all of it', () => {
    let left = 60_000;
    const clock = turnClock(() => left, msToStore);
    while (clock.goesOn(1e12)) left -= 10;
    expect(Math.abs(60_000 - left - (60_000 - CLOSING_MS) / 2)).toBeLessThan(30);
  });

  it('goes on for ever where nobody ends the worker', () => {
    const clock = turnClock(() => Number.POSITIVE_INFINITY, msToStore);
    expect([clock.goesOn(1e12), clock.storingMs()]).toEqual([true, Number.POSITIVE_INFINITY]);
  });
});
