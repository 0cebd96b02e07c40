import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundToInt4, roundToInt8 } from '#shared/inference/quantise/round-weights.ts';

const weights = (length: number) =>
  fc
    .array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: length, maxLength: length })
    .map((numbers) => Float32Array.from(numbers));

function int8(row: Float32Array): { scale: number; values: number[] } {
  const values = new Array<number>(row.length).fill(0);
  const scale = roundToInt8(row, (index, value) => {
    values[index] = value;
  });
  return { scale, values };
}

function int4(block: Float32Array): { scale: number; values: number[] } {
  const bytes = new Uint8Array(16);
  const scale = roundToInt4(block, bytes);
  const values = Array.from(block, (_, i) => {
    const byte = bytes[i >> 1] as number;
    return (i % 2 === 0 ? byte & 15 : byte >> 4) - 8;
  });
  return { scale, values };
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
    const bytes = new Uint8Array(16);
    roundToInt4(Float32Array.of(-8, 4), bytes);
    expect([...bytes.subarray(1)]).toEqual(new Array(15).fill(0x88));
  });
});
