import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CosineTransform } from '#shared/inference/quantise/cosine-transform.ts';

it('has the bits of sums that are made one after the other, in stretches of any length', () => {
  const shape = fc.record({ size: fc.integer({ min: 1, max: 9 }), stretch: fc.constantFrom(1, 2, 4, 8, 32) });
  fc.assert(
    fc.property(shape, fc.nat(3), fc.nat(1000), ({ size, stretch }, first, seed) => {
      const values = Float64Array.from({ length: first + size * stretch + 1 }, (_, i) => Math.sin(i + seed));
      const before = Float64Array.from(values);
      new CosineTransform(size, stretch).apply(values, first);
      const expected = Float64Array.from(before);
      if (size > 1)
        for (let to = 0; to < size; to++)
          for (let place = 0; place < stretch; place++) {
            let sum = 0;
            for (let from = 0; from < size; from++) {
              const cosine =
                Math.sqrt((to === 0 ? 1 : 2) / size) * Math.cos((Math.PI * (from + 0.5) * to) / size);
              sum += (before[first + from * stretch + place] as number) * cosine;
            }
            expected[first + to * stretch + place] = sum;
          }
      expect(values).toEqual(expected);
    }),
  );
});
