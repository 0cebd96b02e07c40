import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Text } from '#shared/encoding/utf8-text.ts';

const options = { code: 'data-invalid', source: 'data.jsonl' } as const;

function fault(bytes: Uint8Array): unknown {
  try {
    return utf8Text(bytes, options);
  } catch (error) {
    return error;
  }
}

describe('utf8Text', () => {
  it('is the text, without a byte order mark at its start', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.startsWith('\uFEFF'));
        const bytes = new TextEncoder().encode(text);
        expect(utf8Text(bytes, options)).toBe(text);
        expect(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes), options)).toBe(text);
      }),
    );
  });

  it('names the line of the first byte that is no UTF-8', () => {
    const bytes = Buffer.from('one\ntwo\ncaf\xe9\nfour', 'latin1');
    expect(fault(bytes)).toMatchObject({
      code: 'data-invalid',
      message: 'data.jsonl, line 3, is not UTF-8. Save the file as UTF-8.',
    });
    expect(fault(Uint8Array.of(0x61, 0x0a, 0xe2, 0x82))).toMatchObject({
      message: expect.stringContaining('line 2'),
    });
  });

  it('calls UTF-16 by its name', () => {
    const bytes = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('{"a":1}', 'utf16le')]);
    expect(fault(bytes)).toMatchObject({ message: 'data.jsonl is UTF-16. Save the file as UTF-8.' });
  });
});
