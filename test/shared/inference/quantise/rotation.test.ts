import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Rotation } from '#shared/inference/quantise/rotation.ts';

const sizes = fc.constantFrom(1, 2, 3, 7, 16, 24, 36, 52, 64, 576);
const vector = (size: number) =>
  fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: size, maxLength: size });
const lengthOf = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

it('keeps lengths and angles', () => {
  fc.assert(
    fc.property(
      sizes.chain((size) => fc.tuple(vector(size), vector(size))),
      ([a, b]) => {
        const rotation = new Rotation(a.length);
        const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
        const product = () => x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
        const before = { product: product(), length: lengthOf(x) };
        rotation.turn(x);
        rotation.turn(y);
        expect(product()).toBeCloseTo(before.product, 7);
        expect(lengthOf(x)).toBeCloseTo(before.length, 7);
      },
    ),
  );
});

it('spreads a single element over all', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (size, at) => {
      const values = new Float64Array(size);
      values[at % size] = 1;
      new Rotation(size).turn(values);
      // A cosine transform gives an element sqrt(2 / n) at most.
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.SQRT2 / Math.sqrt(size) + 1e-12);
    }),
  );
});

it('is the product by its matrix, of a part of an array too', () => {
  const rotation = new Rotation(12);
  const matrix = rotation.matrix();
  const values = Float64Array.from({ length: 20 }, (_, i) => Math.sin(i + 1));
  const expected = Array.from({ length: 12 }, (_, to) =>
    Array.from(
      { length: 12 },
      (_, from) => (values[5 + from] as number) * (matrix[from * 12 + to] as number),
    ).reduce((sum, each) => sum + each),
  );
  const before = Float64Array.from(values);
  rotation.turn(values, 5);
  for (const [i, value] of expected.entries()) expect(values[5 + i]).toBeCloseTo(value, 5);
  expect([...values.slice(0, 5), ...values.slice(17)]).toEqual([...before.slice(0, 5), ...before.slice(17)]);
});
