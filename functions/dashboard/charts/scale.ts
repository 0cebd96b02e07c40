/** From numbers to per cent of a chart's width or height. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** In [0, 100] for what lies inside, two decimals. */
  readonly at: (value: number) => number;
  /** The same from the other end: charts count from the top. */
  readonly fromTop: (value: number) => number;
}

export function scale(low: number, high: number): Scale {
  const span = high - low || 1;
  const at = (value: number) => rounded((100 * (value - low)) / span);
  return { low, high, at, fromTop: (value) => rounded(100 - at(value)) };
}

export function rounded(value: number): number {
  return Math.round(100 * value) / 100;
}

/** A round number of steps of 1, 2, 2.5 or 5 times a power of ten that reaches over a value. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(3));
}

/** At most `most` round numbers from 0 to `high`, both ends among them where they are round. */
export function ticks(high: number, most: number): readonly number[] {
  const step = roundUp(high / most);
  return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
}
