import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { digestId, sha256Hex, sha256Words } from '#shared/encoding/digest.ts';

describe('canonicalJson', () => {
  it('orders members by UTF-16 code units, as RFC 8785 section 3.2.3 lists them', () => {
    const object = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    const order = [...canonicalJson(object).matchAll(/:(\d)/g)].map(([, value]) => Number(value));
    expect(order).toEqual([2, 4, 6, 7, 1, 5, 3]);
  });

  it('does not depend on the order in which members were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed as never)).toBe(canonicalJson(object as never));
      }),
    );
  });

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as never))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('writes strings as ECMAScript does', () => {
    const units = fc.array(fc.oneof(fc.integer({ min: 0, max: 0x100 }), fc.integer({ min: 0, max: 0xffff })));
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes);
        expect(canonicalJson(text)).toBe(JSON.stringify(text));
      }),
    );
  });

  it('refuses numbers that JSON cannot hold', () => {
    expect(() => canonicalJson({ loss: Number.NaN })).toThrow(RangeError);
  });
});

describe('digests', () => {
  it('are the published sha256 of "abc", whole and as words', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Words('abc')).toEqual([0xba7816bf, 0x8f01cfea]);
  });

  it('shorten to 26 base32 characters of the same bits', () => {
    // sha256 of the canonical JSON "{}" is 44136fa3 55b3678a 1146ad16 f7e8649e …; 0x44136fa355 is "iqjw7i2v" in RFC 4648.
    expect(digestId({}).slice(0, 8)).toBe('iqjw7i2v');
    expect(digestId({})).toMatch(/^[a-z2-7]{26}$/);
  });
});
