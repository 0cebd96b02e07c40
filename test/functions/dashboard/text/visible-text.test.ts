import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleLine, visibleText } from '#functions/dashboard/text/visible-text.ts';
import { OBEYED } from '../hostile-text.ts';

describe('visibleText', () => {
  it('writes out what changes the direction of text, and what has no width', () => {
    expect(visibleText('a\u202eb')).toBe('a[U+202E]b');
    expect(visibleText('\u2066x\u2069\u200f\ufeff')).toBe('[U+2066]x[U+2069][U+200F][U+FEFF]');
    expect(visibleText('\u{e0041}')).toBe('[U+E0041]');
  });

  it('writes out controls, but keeps lines and tabs', () => {
    expect(visibleText('a\tb\r\nc\u001b[31m\u0000')).toBe('a\tb\nc[U+001B][31m[U+0000]');
  });

  it('replaces halves of surrogate pairs, and keeps whole ones', () => {
    expect(visibleText('\ud83d x \udfff 😀')).toBe('\ufffd x \ufffd 😀');
  });

  it('leaves texts in any script as they are', () => {
    for (const text of ['שלום', 'مرحبا', 'नमस्ते', '数学', '½ · √2 ≤ π', '👩\u200d🔬'])
      expect(visibleText(text)).toBe(text);
  });

  it('leaves nothing that a page would obey, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visibleText(text);
        expect(OBEYED.test(shown)).toBe(false);
        expect(shown.isWellFormed()).toBe(true);
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

describe('visibleLine', () => {
  it('is one line', () => {
    expect(visibleLine('a\n\tb\r\nc')).toBe('a b c');
  });
});
