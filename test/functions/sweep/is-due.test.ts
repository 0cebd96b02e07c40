import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDue } from '#functions/sweep/is-due.ts';

describe('isDue', () => {
  it('holds once each at T, 2T, 4T, 8T for a sweep that comes regularly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 49 }), (every, phase) => {
        const ages = Array.from({ length: Math.floor(900 / every) }, (_, i) => (phase % every) + i * every);
        const due = ages.filter((ageMs) => isDue(ageMs, { patienceMs: 100, intervalMs: every }));
        expect(due).toHaveLength(4);
      }),
    );
  });

  it('never holds before T', () => {
    expect(isDue(99, { patienceMs: 100, intervalMs: 1000 })).toBe(false);
  });

  it('always holds for the first sweep of a runner', () => {
    expect(isDue(0, { patienceMs: 100, intervalMs: Number.POSITIVE_INFINITY })).toBe(true);
  });
});
