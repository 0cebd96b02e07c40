import { describe, expect, it } from 'vitest';
import { fillXoshiro128 } from '#shared/sampling/xoshiro.ts';

describe('fillXoshiro128', () => {
  it('gives what the reference implementation gives', () => {
    const words = new Uint32Array(10);
    fillXoshiro128(words, [1, 2, 3, 4]);
    // xoshiro128starstar.c, version 1.1, from the state {1, 2, 3, 4}
    expect([...words]).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});
