import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOSING_MS, STORING_SHARE, turnClock } from '#functions/generate/turn-clock.ts';

const BYTES_PER_MS = 1000;
const msToStore = (bytes: number) => bytes / BYTES_PER_MS;

describe('turnClock', () => {
  it('leaves time to store what is held and to close, of a turn that holds no more than its share', () => {
    const steps = fc.array(fc.integer({ min: 100, max: 150 }), { minLength: 600, maxLength: 600 });
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 60_000 }), fc.nat(100_000), steps, (limit, grows, taken) => {
        let [left, held] = [limit, 0];
        const clock = turnClock(() => left, msToStore);
        for (const ms of taken) {
          if (!clock.goesOn(held)) break;
          left -= ms;
          held += grows;
        }
        const kept = Math.min(msToStore(held - grows), STORING_SHARE * limit);
        expect(left).toBeGreaterThanOrEqual(CLOSING_MS + kept);
      }),
    );
  });

  it('makes what cannot be stored in its share all the same', () => {
    const clock = turnClock(() => 60_000, msToStore);
    expect(clock.goesOn(1e12)).toBe(true);
  });

  it('goes on for ever where nobody ends the worker', () => {
    const clock = turnClock(() => Number.POSITIVE_INFINITY, msToStore);
    expect([clock.goesOn(1e12), clock.storingMs()]).toEqual([true, Number.POSITIVE_INFINITY]);
  });
});
