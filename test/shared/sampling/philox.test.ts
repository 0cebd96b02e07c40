import { describe, expect, it } from 'vitest';
import { philox4x32, uniform } from '#shared/sampling/philox.ts';
import golden from '../../golden/philox.json' with { type: 'json' };

describe('philox4x32', () => {
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [-1, -1, -1, -1],
      [-1, -1],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the known answers of its authors for counter %j and key %j', (counter, key, expected) => {
    const words = philox4x32(counter as [number, number, number, number], key as [number, number]);
    expect(words).toEqual(expected);
  });
});

describe('uniform', () => {
  it('equals the values recorded for both languages', () => {
    for (const { seed, position, sample, row, step, uniform: expected } of golden) {
      expect(uniform({ seed, sample, row, step }, position)).toBe(expected);
    }
  });

  it('gives 128 equal rows 1,024 different draws', () => {
    const draws = new Set<number>();
    for (let row = 0; row < 128; row++)
      for (let sample = 0; sample < 8; sample++) draws.add(uniform({ seed: 1, sample, row, step: 1 }, 0));
    expect(draws.size).toBe(1024);
  });
});
