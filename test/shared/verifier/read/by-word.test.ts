import { describe, expect, it } from 'vitest';
import { byWord } from '#shared/verifier/read/by-word.ts';

describe('a table of words', () => {
  it('finds the meaning of each of its words', () => {
    const marks = byWord({ '*': 'cdot times', '/': 'div' });
    expect([...marks]).toEqual([
      ['cdot', '*'],
      ['times', '*'],
      ['div', '/'],
    ]);
    expect(marks.get('pm')).toBeUndefined();
  });
});
