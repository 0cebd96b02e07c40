/**
 * Makes a vector its product by the Hadamard matrix of ones and minus ones, in place, in log2(length) stages of sums and differences.
 * Three stages at a time are computed between reading eight values and writing them: the same sums in the same order as one stage after
 * the other, so the same bits, in a third of the time.
 *
 * @param length - of the vector, a power of two
 */
export function hadamard(values: Float64Array, first: number, length: number): void {
  let half = 1;
  for (; 8 * half <= length; half *= 8) threeStages(values, first, length, half);
  for (; half < length; half *= 2) oneStage(values, first, length, half);
}

/** @param half - distance of the values of which sums and differences are made */
function oneStage(values: Float64Array, first: number, length: number, half: number): void {
  for (let start = first; start < first + length; start += 2 * half)
    for (let i = start; i < start + half; i++) {
      const a = values[i] as number;
      const b = values[i + half] as number;
      values[i] = a + b;
      values[i + half] = a - b;
    }
}

function threeStages(values: Float64Array, first: number, length: number, half: number): void {
  for (let start = first; start < first + length; start += 8 * half)
    for (let i = start; i < start + half; i++) {
      const a0 = values[i] as number;
      const a1 = values[i + half] as number;
      const a2 = values[i + 2 * half] as number;
      const a3 = values[i + 3 * half] as number;
      const a4 = values[i + 4 * half] as number;
      const a5 = values[i + 5 * half] as number;
      const a6 = values[i + 6 * half] as number;
      const a7 = values[i + 7 * half] as number;
      const b0 = a0 + a1;
      const b1 = a0 - a1;
      const b2 = a2 + a3;
      const b3 = a2 - a3;
      const b4 = a4 + a5;
      const b5 = a4 - a5;
      const b6 = a6 + a7;
      const b7 = a6 - a7;
      const c0 = b0 + b2;
      const c1 = b1 + b3;
      const c2 = b0 - b2;
      const c3 = b1 - b3;
      const c4 = b4 + b6;
      const c5 = b5 + b7;
      const c6 = b4 - b6;
      const c7 = b5 - b7;
      values[i] = c0 + c4;
      values[i + half] = c1 + c5;
      values[i + 2 * half] = c2 + c6;
      values[i + 3 * half] = c3 + c7;
      values[i + 4 * half] = c0 - c4;
      values[i + 5 * half] = c1 - c5;
      values[i + 6 * half] = c2 - c6;
      values[i + 7 * half] = c3 - c7;
    }
}
