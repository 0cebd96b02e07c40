import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKey, isKey } from '#shared/storage/check-key.ts';

describe('checkKey', () => {
  it('gives back keys of the store as they are', () => {
    for (const key of [
      'runs/a/checkpoints/000020-0001.json',
      `blobs/${'0'.repeat(64)}`,
      'a b/é/😀',
      'a.b/c..d/~',
      'x'.repeat(200),
    ]) {
      expect(checkKey(key)).toBe(key);
    }
  });

  it('says what a key is where it gets none', () => {
    expect(() => checkKey('../secret')).toThrow(
      expect.objectContaining({
        code: 'key-invalid',
        message: expect.stringContaining('"../secret" is no key'),
      }),
    );
  });

  it('lets no key leave the folder that it is joined to', () => {
    const texts = fc
      .array(fc.constantFrom('a', '.', '..', '/', '\\', '\0', 'é'), { maxLength: 8 })
      .map((t) => t.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(isKey(text));
        const path = new URL(text, 'file:///store/').pathname;
        expect(decodeURIComponent(path)).toBe(`/store/${text}`);
      }),
    );
  });
});
