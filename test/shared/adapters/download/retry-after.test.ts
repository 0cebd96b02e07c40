import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '#shared/adapters/download/retry-after.ts';

const now = Date.parse('Sun, 29 Nov 2026 10:00:00 GMT');

describe('retryAfterMs', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sun, 29 Nov 2026 10:00:05 GMT', 5000],
    ['Sun, 29 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('reads %s as %s', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
