import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT8_ZERO } from '#shared/inference/graph/quantised-names.ts';
import { feedbackAlong } from '#shared/inference/quantise/feedback.ts';
import { roundToInt8 } from '#shared/inference/quantise/round-to-int8.ts';

/** Directions of nothing. */
const none = (length: number) => feedbackAlong([new Float64Array(length), new Float64Array(length)]);

const weights = (length: number) =>
  fc
    .array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: length, maxLength: length })
    .map((numbers) => Float32Array.from(numbers));

function int8(row: ArrayLike<number>): { scale: number; values: number[] } {
  const target = {
    data: new Uint8Array(row.length).fill(INT8_ZERO),
    scales: new Float32Array(1),
    rows: Int32Array.of(0),
    columns: Int32Array.from({ length: row.length }, (_, i) => i),
  };
  roundToInt8(Float64Array.from(row), target, none(row.length));
  return { scale: target.scales[0] as number, values: Array.from(target.data, (byte) => byte - INT8_ZERO) };
}

describe('roundToInt8', () => {
  it('stays within half a scale of every weight, in 8 bits, the largest exactly at their end', () => {
    fc.assert(
      fc.property(weights(50), (row) => {
        const { scale, values } = int8(row);
        const largest = Math.max(...row.map(Math.abs));
        expect(scale).toBeCloseTo(largest / 127, 5);
        if (scale === 0) return;
        for (const [i, value] of values.entries()) {
          expect(Math.abs(value)).toBeLessThanOrEqual(127);
          expect(Math.abs(value * scale - (row[i] as number))).toBeLessThanOrEqual(scale * 0.5001);
        }
        expect(Math.max(...values.map(Math.abs))).toBe(127);
      }),
    );
  });

  it('gives rows of zeros the scale 0', () => {
    expect(int8(new Float32Array(4))).toEqual({ scale: 0, values: [0, 0, 0, 0] });
  });

  it('puts each row where it belongs, its columns too, and nothing elsewhere', () => {
    const [inner, outer] = [40, 5];
    const rows = Int32Array.of(3, 0, 4);
    const columns = Int32Array.from({ length: 35 }, (_, i) => inner - 1 - i);
    const data = new Uint8Array(inner * outer); // bytes of rounded weights are 1 and more
    const scales = new Float32Array(outer);
    const values = Float64Array.from(
      { length: rows.length * columns.length },
      (_, i) => Math.sin(i) * (i + 1),
    );
    roundToInt8(values, { data, scales, rows, columns }, none(columns.length));
    for (const [row, place] of rows.entries()) {
      const expected = int8(values.subarray(row * columns.length, (row + 1) * columns.length));
      expect(scales[place]).toBe(expected.scale);
      for (const [i, column] of columns.entries())
        expect(data[column * outer + place]).toBe((expected.values[i] as number) + INT8_ZERO);
    }
    expect([scales[1], scales[2]]).toEqual([0, 0]);
    expect(data.filter((byte) => byte === 0)).toHaveLength(inner * outer - values.length);
  });
});
