import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, split } from '#trainer/engine-client/ragged-arrays.ts';

const pieces = fc.array(fc.float32Array({ noNaN: true, maxLength: 5 }), { maxLength: 6 });

describe('concat', () => {
  it('puts arrays one after another, wherever they lie', () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (arrays, reversed) => {
        const values = arrays.flatMap((array) => [...array]);
        const cut = split(
          Float32Array.from(values),
          arrays.map(({ length }) => length),
        );
        const expected = (reversed ? cut.toReversed() : cut).flatMap((array) => [...array]);
        expect([...concat(Float32Array, reversed ? cut.toReversed() : cut)]).toEqual(expected);
        expect([...concat(Float32Array, arrays)]).toEqual(values);
      }),
    );
  });

  it('takes what was cut as it was, and copies what has a gap', () => {
    const whole = Int32Array.of(1, 2, 3, 4, 5, 6);
    const [first, second, third] = split(whole.subarray(1), [2, 0, 3]) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    const joined = concat(Int32Array, [first, second, third]);
    expect(joined).toEqual(Int32Array.of(2, 3, 4, 5, 6));
    expect(joined.buffer).toBe(whole.buffer);
    const gap = concat(Int32Array, [first, third.subarray(1)]);
    expect(gap).toEqual(Int32Array.of(2, 3, 5, 6));
    expect(gap.buffer).not.toBe(whole.buffer);
  });
});
