import { describe, expect, it } from 'vitest';
import { nothingDiffers, samenessText } from '#functions/results/evaluations/sameness-text.ts';

const [one, other] = ['1'.repeat(64), '2'.repeat(64)];

describe('what is the same on both sides', () => {
  it.each([
    [false, [null, null], 'Nothing differs but the weights.', /^$/],
    [true, [null, null], 'Nothing differs, not even the weights.', /same weights/],
    [
      true,
      [one, other],
      'Nothing that is on record differs but what was recorded.',
      /under the name of one model/,
    ],
    [false, [one, other], 'Nothing that is on record differs but what was recorded.', /whoever pushed them/],
    [true, [one, one], 'Nothing differs.', /same recording/],
    [
      true,
      [one, null],
      'Nothing that is on record differs but what was recorded.',
      /nobody here has seen write/,
    ],
  ] as const)('sameModel %s, recordings %s', (sameModel, [first, second], nothing, same) => {
    const comparison = { sameModel, recordings: [first, second] as [string | null, string | null] };
    expect(nothingDiffers(comparison)).toBe(nothing);
    expect(samenessText(comparison)).toMatch(same);
  });
});
