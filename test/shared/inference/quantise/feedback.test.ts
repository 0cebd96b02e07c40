import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INT8_ZERO } from '#shared/inference/graph/quantised-names.ts';
import { type Directions, feedbackAlong } from '#shared/inference/quantise/feedback.ts';
import { roundToInt8 } from '#shared/inference/quantise/round-to-int8.ts';

/** Evenly spread: doubles of fast-check are next to 0 mostly. */
const numbers = (length: number, limit: number) =>
  fc.array(
    fc.integer({ min: -1000, max: 1000 }).map((number) => (number * limit) / 1000),
    { minLength: length, maxLength: length },
  );

/** a·aᵀ + b·bᵀ + rest · I */
function secondMoments([a, b]: Directions): number[][] {
  const rest = Math.max(0.05, 1 - b.reduce((sum, value) => sum + value * value, 0) / b.length);
  return Array.from(a, (_, i) =>
    Array.from(
      a,
      (_, j) =>
        (a[i] as number) * (a[j] as number) + (b[i] as number) * (b[j] as number) + (i === j ? rest : 0),
    ),
  );
}

/** Solves a symmetric positive system by elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (const [i, pivot] of rows.entries())
    for (const [j, row] of rows.entries()) {
      if (i === j) continue;
      const factor = (row[i] as number) / (pivot[i] as number);
      for (let at = 0; at < row.length; at++) row[at] = (row[at] as number) - factor * (pivot[at] as number);
    }
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number));
}

it('leaves the errors that are best for what was missed so far', () => {
  const lengths = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(
      lengths.chain((length) => fc.tuple(numbers(length, 2), numbers(length, 2), numbers(length, 1))),
      ([a, b, errors]) => {
        const directions = [Float64Array.from(a), Float64Array.from(b)] as const;
        const { shares } = feedbackAlong(directions);
        const moments = secondMoments(directions);
        for (let column = 0; column < a.length; column++) {
          const before = errors.slice(0, column);
          const missed = directions.map((direction) =>
            before.reduce((sum, error, i) => sum + error * (direction[i] as number), 0),
          );
          const left = moments.slice(column).map((row) => row.slice(column));
          const right = moments
            .slice(column)
            .map((row) => -before.reduce((sum, error, i) => sum + error * (row[i] as number), 0));
          const made = -missed.reduce((sum, miss, i) => sum + miss * (shares[i]?.[column] as number), 0);
          expect(made).toBeCloseTo(solve(left, right)[0] as number, 8);
        }
      },
    ),
  );
});

const K = 96;
const ROWS = 40;
const wave = (length: number, step: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(step * i * i + i));

/** Errors of rounded rows in units of their scales. */
function errorsOf(rows: Float64Array, directions: Directions): number[][] {
  const data = new Uint8Array(K * ROWS);
  const scales = new Float32Array(ROWS);
  const [places, columns] = [ROWS, K].map((length) => Int32Array.from({ length }, (_, i) => i));
  const target = { data, scales, rows: places as Int32Array, columns: columns as Int32Array };
  roundToInt8(rows, target, feedbackAlong(directions));
  expect(Math.min(...data)).toBeGreaterThanOrEqual(1);
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from(
      { length: K },
      (_, i) =>
        (data[i * ROWS + row] as number) -
        INT8_ZERO -
        (rows[row * K + i] as number) / (scales[row] as number),
    ),
  );
}

const squaresAlong = (errors: readonly number[][], direction: Float64Array) =>
  errors.reduce(
    (sum, row) => sum + row.reduce((dot, error, i) => dot + error * (direction[i] as number), 0) ** 2,
    0,
  );

it('misses a fraction along both directions, and little more elsewhere', () => {
  const rows = wave(ROWS * K, 0.7);
  const directions = [wave(K, 0.3), wave(K, 0.9).map((value) => 0.9 * value)] as const;
  const nearest = errorsOf(rows, [new Float64Array(K), new Float64Array(K)]);
  const made = errorsOf(rows, directions);
  for (const direction of directions)
    expect(squaresAlong(made, direction)).toBeLessThan(squaresAlong(nearest, direction) / 5);
  const squares = (errors: readonly number[][]) =>
    errors.flat().reduce((sum, error) => sum + error * error, 0);
  expect(squares(made)).toBeLessThan(1.2 * squares(nearest));
});

it('rounds a row alike, whatever its company', () => {
  const directions = [wave(K, 0.3), wave(K, 0.9)] as const;
  const rows = wave(ROWS * K, 0.7);
  const turned = Float64Array.from(rows, (_, i) => {
    const row = (Math.floor(i / K) + 3) % ROWS;
    return rows[row * K + (i % K)] as number;
  });
  const [plain, moved] = [errorsOf(rows, directions), errorsOf(turned, directions)];
  expect(moved).toEqual([...plain.slice(3), ...plain.slice(0, 3)]);
});

it('stays in 8 bits where an error before the largest weight asks for more', () => {
  const feedback = feedbackAlong([Float64Array.of(3, 1), new Float64Array(2)]);
  const data = new Uint8Array(4);
  const target = {
    data,
    scales: new Float32Array(2),
    rows: Int32Array.of(0, 1),
    columns: Int32Array.of(0, 1),
  };
  roundToInt8(Float64Array.of(1.49, 127, -1.49, -127), target, feedback);
  expect([...data]).toEqual([1, -1, 127, -127].map((value) => value + INT8_ZERO));
});
