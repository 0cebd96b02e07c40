/** Mean, population standard deviation and range of numbers. */
export interface Description {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** @param values - at least one, all finite */
export function describeValues(values: ArrayLike<number>): Description {
  const center = mean(values);
  let [squares, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    squares += (value - center) ** 2;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { mean: center, std: Math.sqrt(squares / values.length), min, max };
}

/** Summed in fp64, in order. */
export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total / values.length;
}

export function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}
