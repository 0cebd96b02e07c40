import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchedPassage } from '#functions/dashboard/samples/matched-passage.ts';

it('is what stands around the first match, in any case', () => {
  expect(matchedPassage('so The Answer is 7', 'the answer')).toEqual({
    ...{ before: 'so ', match: 'The Answer', after: ' is 7' },
  });
  expect(matchedPassage(`${'a'.repeat(100)}x${'b'.repeat(100)}`, 'X')).toEqual({
    ...{ before: `…${'a'.repeat(70)}`, match: 'x', after: `${'b'.repeat(70)}…` },
  });
  expect(matchedPassage('nothing', 'else')).toBeUndefined();
});

it('is a piece of the text wherever what is looked for is in it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (before, sought, after) => {
      const text = before + sought + after;
      const found = matchedPassage(text, sought);
      if (text.toLowerCase().length !== text.length) return;
      expect(found?.match.toLowerCase()).toBe(sought.toLowerCase());
      expect(text).toContain(found?.match);
    }),
  );
});
