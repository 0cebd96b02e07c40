import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hadamard } from '#shared/inference/quantise/hadamard.ts';

/** Stage after stage, as the transform is defined. */
function byStages(values: Float64Array): Float64Array {
  let last = values;
  for (let half = 1; half < values.length; half *= 2)
    last = last.map((value, i) =>
      (i & half) === 0 ? value + (last[i + half] as number) : (last[i - half] as number) - value,
    );
  return last;
}

it('has the bits of one stage after the other, of every power of two', () => {
  const vector = fc
    .integer({ min: 0, max: 10 })
    .chain((power) =>
      fc.array(fc.double({ min: -9, max: 9 }), { minLength: 2 ** power, maxLength: 2 ** power }),
    );
  fc.assert(
    fc.property(vector, fc.nat(5), (numbers, first) => {
      const values = Float64Array.from([...new Array(first).fill(7), ...numbers, 7]);
      hadamard(values, first, numbers.length);
      const expected = byStages(Float64Array.from(numbers, (number) => number + 0));
      expect(values).toEqual(Float64Array.from([...new Array(first).fill(7), ...expected, 7]));
    }),
  );
});
