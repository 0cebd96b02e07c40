import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWellFormed, parseJson } from '#shared/encoding/parse-json.ts';

describe('parseJson', () => {
  it('gives what JSON.parse gives, and finds nothing changed in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(3), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), undefined, indent);
        const parsed = parseJson(written);
        expect(parsed.value).toEqual(JSON.parse(written));
        expect(parsed.changed).toEqual([]);
      }),
    );
  });

  it('keeps the digits of numbers that are members of the object itself', () => {
    const text = '{"a": 1.0, "b": [2], "c": {"a": 3}, "d": -0, "e": 9007199254740993, "f": 1e400, "g": "5"}';
    expect([...parseJson(text).digits]).toEqual([
      ['a', '1.0'],
      ['d', '-0'],
      ['e', '9007199254740993'],
      ['f', '1e400'],
    ]);
  });

  it('tells of numbers that no double holds, at any depth, with the member that they stand in', () => {
    const changed = (text: string) => parseJson(text).changed;
    expect(changed('{"a": {"b": [9007199254740993]}}')).toEqual([
      { digits: '9007199254740993', member: 'a' },
    ]);
    expect(changed('{"a": 1e400, "b": -1e400}')).toHaveLength(2);
    expect(changed('{"a": 1e-400}')).toHaveLength(1);
    expect(changed('{"a": 9007199254740992, "b": 1e22, "c": 0.1, "d": 0.0, "e": 0e9, "f": 5e-324}')).toEqual(
      [],
    );
  });

  it('refuses a key that stands twice in an object, however it is written', () => {
    expect(() => parseJson('{"a": 1, "a": 2}')).toThrow('"a" stands twice');
    expect(() => parseJson('{"a": 1, "\\u0061": 2}')).toThrow('stands twice');
    expect(() => parseJson('[{"b": {"x": 1, "x": 1}}]')).toThrow('"x" stands twice');
    expect(parseJson('[{"a": {"a": 1}}, {"a": "a"}, {"b": ["a", "a"]}]').value).toHaveLength(3);
    expect(parseJson('{"a": "\\"b\\": 1, \\"b\\": \\\\", "b": "}"}').value).toEqual({
      a: '"b": 1, "b": \\',
      b: '}',
    });
  });
});

describe('isWellFormed', () => {
  it('is false for half of a surrogate pair anywhere', () => {
    expect(isWellFormed(JSON.parse('{"a": ["\\ud83d\\ude00"]}'))).toBe(true);
    expect(isWellFormed(JSON.parse('{"a": ["\\ud83d"]}'))).toBe(false);
    expect(isWellFormed(JSON.parse('{"\\ude00": 1}'))).toBe(false);
  });
});
