import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedEnd } from '#functions/dashboard/sample/repeated-end.ts';

describe('repeatedEnd', () => {
  it('finds what a text repeats at its end, also where its last time is cut', () => {
    const loop = 'Let me check this again. ';
    expect(repeatedEnd(`A proof.${loop.repeat(9)}`)).toEqual({ characters: loop.length, times: 9 });
    expect(repeatedEnd(`A proof.${loop.repeat(9)}${loop.slice(0, 7)}`)).toEqual({
      ...{ characters: loop.length, times: 9 },
    });
  });

  it('counts beyond what it searches', () => {
    expect(repeatedEnd(`x${'ab'.repeat(50_000)}`)).toEqual({ characters: 2, times: 50_000 });
  });

  it('finds nothing where little repeats, or seldom, or not at the end', () => {
    for (const text of [
      '',
      'abc',
      '........',
      `${'row '.repeat(20)}`,
      `${'loop '.repeat(99)}but now I stop.`,
    ])
      expect(repeatedEnd(text)).toBeUndefined();
    expect(
      repeatedEnd('a sentence that stands there three times and is long enough. '.repeat(3)),
    ).toBeUndefined();
  });

  it('holds for every piece: so many times it is the end of the text', () => {
    const piece = fc.string({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        piece,
        fc.integer({ min: 4, max: 60 }),
        (before, each, count) => {
          const text = before + each.repeat(count);
          const found = repeatedEnd(text);
          if (each.length * count >= 120) expect(found).toBeDefined();
          if (found) {
            const said = text.slice(-found.characters).repeat(found.times);
            expect(text.endsWith(said)).toBe(true);
          }
        },
      ),
    );
  });
});
