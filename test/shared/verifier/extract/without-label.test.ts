import { describe, expect, it } from 'vitest';
import { withoutLabel } from '#shared/verifier/extract/without-label.ts';

describe('withoutLabel', () => {
  it.each(['a ', 'so ', 'the ', 'la ', '最终', '* ', 'an a '])('ends on %j, thousands of times', (word) => {
    const text = word.repeat(3_000).slice(0, 9_000);
    expect(withoutLabel(text).length).toBeLessThanOrEqual(text.length);
  });

  it('leaves what denies the value', () => {
    expect(withoutLabel('The answer is not 73')).toBe('not 73');
    expect(withoutLabel('I doubt it is 73')).toBe('I doubt it is 73');
  });
});
