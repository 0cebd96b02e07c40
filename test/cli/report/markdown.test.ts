import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenced, inline, table } from '#cli/report/markdown.ts';

const texts = fc.string({ unit: 'binary', maxLength: 60 });

describe('inline', () => {
  it('leaves no sign of Markdown or HTML without a backslash, and no end of a line', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(inline(text).replaceAll(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~\n\r]/);
      }),
    );
  });
});

describe('fenced', () => {
  it('ends nowhere before its end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', '``', '\n', '```\n', 'a', '~~~'), { maxLength: 12 }),
        (parts) => {
          const [first = '', ...lines] = fenced(parts.join('')).split('\n');
          const fence = /^`+/.exec(first)?.[0] ?? '';
          const ends = lines.filter((line) => line.trim().startsWith(fence));
          expect(ends).toEqual([lines.at(-1)]);
        },
      ),
    );
  });
});

describe('table', () => {
  it('has a rule below its head', () => {
    expect(
      table([
        ['a', 'b'],
        ['1', '2'],
      ]),
    ).toBe('| a | b |\n| --- | ---: |\n| 1 | 2 |');
  });
});
