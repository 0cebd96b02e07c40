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
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { mean: center, std: Math.sqrt(variance(values, center)), min, max };
}

/** Moments of a population (not of a sample), summed in fp64, in order. */
export function variance(values: ArrayLike<number>, center = mean(values)): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - center) ** 2;
  return squares / values.length;
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
