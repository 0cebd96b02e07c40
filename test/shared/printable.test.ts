import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrintable, onOneLine, printable, printableJson, printableLines } from '#shared/printable.ts';

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      '\u001b',
      '[31m',
      '\r',
      '\n',
      '\u009b',
      '\u202e',
      '\u2066',
      '\u2028',
      '\u007f',
      'é',
      '数',
    ),
  }),
);

describe('printable', () => {
  it('leaves a terminal nothing to obey, and the rest as it is', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(isPrintable(printable(text))).toBe(true);
        expect(isPrintable(onOneLine(text))).toBe(true);
        expect(printableLines(text).split('\n').every(isPrintable)).toBe(true);
        if (isPrintable(text)) expect(printable(text)).toBe(text);
      }),
    );
  });

  it('writes out what it takes away', () => {
    expect(printable('\u001b[31mred\r\n\u009b2J\u202e')).toBe('\\u001b[31mred\\u000d\\u000a\\u009b2J\\u202e');
  });

  it('keeps words of every language and the marks within them', () => {
    for (const text of ['Größe 数学 مرحبا', '👩‍👩‍👧', 'a\u00a0b']) expect(printable(text)).toBe(text);
  });
});

describe('printableJson', () => {
  it('means what the value means', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(JSON.parse(printableJson({ [text]: [text] }))).toEqual({ [text]: [text] });
        expect(isPrintable(printableJson(text))).toBe(true);
      }),
    );
  });
});
