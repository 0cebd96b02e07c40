import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INT8_ZERO } from '#shared/inference/graph/quantised-names.ts';
import {
  INT4_BYTES,
  INT4_ZEROS,
  roundToInt4,
  roundToInt8,
} from '#shared/inference/quantise/round-weights.ts';

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
  roundToInt8(Float64Array.from(row), target);
  return { scale: target.scales[0] as number, values: Array.from(target.data, (byte) => byte - INT8_ZERO) };
}

function int4(block: Float32Array): { scale: number; values: number[] } {
  const data = new Uint8Array(INT4_BYTES).fill(INT4_ZEROS);
  const scales = new Float32Array(1);
  roundToInt4(block, { data, scales, block: 0 });
  const values = Array.from(block, (_, i) => {
    const byte = data[i >> 1] as number;
    return (i % 2 === 0 ? byte & 15 : byte >> 4) - 8;
  });
  return { scale: scales[0] as number, values };
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
    roundToInt8(values, { data, scales, rows, columns });
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

describe('roundToInt4', () => {
  it('is never worse than rounding at the scale where the largest weight is -8', () => {
    fc.assert(
      fc.property(weights(32), (block) => {
        const { scale, values } = int4(block);
        const errorAt = (at: number, of: readonly number[]) =>
          of.reduce((error, value, i) => error + (value * at - (block[i] as number)) ** 2, 0);
        const extreme = block.reduce((far, each) => (Math.abs(each) > Math.abs(far) ? each : far), 0);
        const plain = Math.fround(extreme / -8);
        const rounded = Array.from(block, (each) =>
          plain === 0 ? 0 : Math.max(-8, Math.min(7, Math.round(each / plain))),
        );
        expect(errorAt(scale, values)).toBeLessThanOrEqual(errorAt(plain, rounded) * (1 + 1e-6));
        for (const value of values) expect(value).toBe(Math.max(-8, Math.min(7, value)));
      }),
    );
  });

  it('keeps what 4 bits can say', () => {
    const block = Float32Array.from({ length: 32 }, (_, i) => ((i % 16) - 8) * 0.25);
    const { scale, values } = int4(block);
    expect(values.map((value) => value * scale)).toEqual([...block]);
  });

  it('leaves zeros for zeros, and for what a short block lacks', () => {
    expect(int4(new Float32Array(32))).toEqual({ scale: 0, values: new Array(32).fill(0) });
    const data = new Uint8Array(2 * INT4_BYTES).fill(INT4_ZEROS);
    roundToInt4(Float32Array.of(-8, 4), { data, scales: new Float32Array(2), block: 1 });
    const zeros = (count: number) => new Array(count).fill(INT4_ZEROS);
    expect([...data]).toEqual([...zeros(INT4_BYTES), 0xc0, ...zeros(INT4_BYTES - 1)]);
  });

  it('rounds each block of a row as that block alone', () => {
    fc.assert(
      fc.property(weights(70), (row) => {
        const data = new Uint8Array(3 * INT4_BYTES).fill(INT4_ZEROS);
        const scales = new Float32Array(3);
        roundToInt4(row, { data, scales, block: 0 });
        for (let block = 0; block < 3; block++) {
          const one = new Uint8Array(INT4_BYTES).fill(INT4_ZEROS);
          const scale = new Float32Array(1);
          roundToInt4(row.slice(32 * block, 32 * block + 32), { data: one, scales: scale, block: 0 });
          expect(data.slice(block * INT4_BYTES, (block + 1) * INT4_BYTES)).toEqual(one);
          expect(scales[block]).toBe(scale[0]);
        }
      }),
    );
  });
});
