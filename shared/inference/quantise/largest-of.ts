/** The largest absolute value from one place to before another. In a plain loop: it runs over every weight of a model. */
export function largestOf(values: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) {
    const size = Math.abs(values[i] as number);
    if (size > largest) largest = size;
  }
  return largest;
}
