import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, LARGEST_MULTIPLIER } from '#shared/inference/graph/quantised-names.ts';
import { type Directions, feedbackAlong } from '#shared/inference/quantise/feedback.ts';
import { roundToInt4 } from '#shared/inference/quantise/round-to-int4.ts';

const none = (length: number): Directions => [new Float64Array(length), new Float64Array(length)];
const counted = (length: number) => Int32Array.from({ length }, (_, i) => i);

interface Rounded {
  readonly scales: Float32Array;
  /** [K / 32, N] */
  readonly multipliers: Uint8Array;
  /** [K, N] */
  readonly integers: number[];
}

interface Places {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly inner: number;
  readonly outer: number;
}

/** Rows in their order, and nothing between their columns. */
const inOrder = (count: number, inner: number): Places => ({
  ...{ rows: counted(count), columns: counted(inner), inner, outer: count },
});

/** @param values - [rows, K] */
function int4(
  values: ArrayLike<number>,
  { rows, columns, inner, outer }: Places = inOrder(1, values.length),
  directions = none(columns.length),
): Rounded {
  const data = new Uint8Array(Math.ceil((inner * outer) / 2));
  const multipliers = new Uint8Array(blocksOf(inner) * outer).fill(1);
  const scales = new Float32Array(outer);
  const target = { data, multipliers, scales, rows, columns };
  roundToInt4(Float64Array.from(values), target, feedbackAlong(directions));
  const integers = Array.from({ length: inner * outer }, (_, i) => {
    const nibble = ((data[i >> 1] as number) >> ((i & 1) * 4)) & 15;
    return nibble < 8 ? nibble : nibble - 16;
  });
  return { scales, multipliers, integers };
}

/** What the first row stands for. */
const valuesOf = ({ scales, multipliers, integers }: Rounded) =>
  integers.map((integer, i) => integer * (multipliers[i >> 5] as number) * (scales[0] as number));

const squares = (a: readonly number[], b: ArrayLike<number>) =>
  a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);

const weights = (length: number) =>
  fc.array(fc.double({ noNaN: true, min: -100, max: 100 }), { minLength: length, maxLength: length });

describe('roundToInt4', () => {
  it('is never worse than the multipliers with which no weight is clipped, nor beyond 4 bits', () => {
    fc.assert(
      fc.property(weights(70), (row) => {
        const made = int4(row);
        const scale = made.scales[0] as number;
        expect(scale).toBeCloseTo(Math.max(...row.map(Math.abs)) / (8 * LARGEST_MULTIPLIER), 5);
        if (scale === 0) return;
        const plain = row.map((value, i) => {
          const block = row.slice(i & ~31, (i & ~31) + 32);
          const step =
            scale *
            Math.max(
              1,
              Math.min(LARGEST_MULTIPLIER, Math.ceil(Math.max(...block.map(Math.abs)) / (8 * scale))),
            );
          return step * Math.max(-8, Math.min(7, Math.floor(value / step + 0.5)));
        });
        expect(squares(valuesOf(made), row)).toBeLessThanOrEqual(squares(plain, row) * (1 + 1e-6));
        for (const multiplier of made.multipliers) {
          expect(multiplier).toBeGreaterThanOrEqual(1);
          expect(multiplier).toBeLessThanOrEqual(LARGEST_MULTIPLIER);
        }
      }),
    );
  });

  it('keeps what it can say', () => {
    const row = Array.from({ length: 64 }, (_, i) => ((i % 16) - 8) * (i < 32 ? 15 : 4) * 0.25);
    const made = int4(row);
    expect(valuesOf(made)).toEqual(row);
    expect([...made.multipliers]).toEqual([15, 4]);
  });

  it('gives rows of zeros the scale 0', () => {
    const { scales, multipliers, integers } = int4(new Float64Array(40));
    expect([...scales]).toEqual([0]);
    expect([...multipliers]).toEqual([1, 1]);
    expect(integers).toEqual(new Array(40).fill(0));
  });

  it('misses a fraction along both directions', () => {
    const wave = (length: number, step: number) =>
      Float64Array.from({ length }, (_, i) => Math.sin(step * i * i + i));
    const [count, inner] = [40, 96];
    const rows = wave(count * inner, 0.7);
    const directions = [wave(inner, 0.3), wave(inner, 0.9).map((value) => 0.9 * value)] as const;
    const missed = (by: Directions) => {
      const { scales, multipliers, integers } = int4(rows, inOrder(count, inner), by);
      return directions.map((direction) => {
        let sum = 0;
        for (let row = 0; row < count; row++) {
          let along = 0;
          for (let i = 0; i < inner; i++) {
            const factor = (multipliers[(i >> 5) * count + row] as number) * (scales[row] as number);
            along +=
              ((integers[i * count + row] as number) * factor - (rows[row * inner + i] as number)) *
              (direction[i] as number);
          }
          sum += along * along;
        }
        return sum;
      });
    };
    const [nearest, made] = [missed(none(inner)), missed(directions)];
    for (const [i, sum] of made.entries()) expect(sum).toBeLessThan((nearest[i] as number) / 5);
  });

  it('puts each row where it belongs, its columns too, and nothing elsewhere', () => {
    const rows = Int32Array.of(3, 0, 4);
    // Halves of a head with room to spare: of 35 columns the last lies in a block of its own.
    const columns = Int32Array.from({ length: 35 }, (_, i) => i + (i < 20 ? 0 : 15));
    const values = Float64Array.from(
      { length: rows.length * columns.length },
      (_, i) => Math.sin(i) * (i + 1),
    );
    const [inner, outer] = [50, 5];
    const made = int4(values, { rows, columns, inner, outer });
    for (const [row, place] of rows.entries()) {
      const padded = new Float64Array(inner);
      for (const [i, column] of columns.entries())
        padded[column] = values[row * columns.length + i] as number;
      const alone = int4(padded);
      expect(made.scales[place]).toBe(alone.scales[0]);
      for (let block = 0; block < blocksOf(inner); block++)
        expect(made.multipliers[block * outer + place]).toBe(alone.multipliers[block]);
      for (let column = 0; column < inner; column++)
        expect(made.integers[column * outer + place]).toBe(alone.integers[column]);
    }
    for (const empty of [1, 2]) {
      expect(made.scales[empty]).toBe(0);
      for (let column = 0; column < inner; column++) expect(made.integers[column * outer + empty]).toBe(0);
    }
  });
});
