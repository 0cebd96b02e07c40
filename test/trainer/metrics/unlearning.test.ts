import { expect, it } from 'vitest';
import { Unlearning } from '#trainer/metrics/unlearning.ts';

const flat = { 'advantage/min': 0, 'advantage/max': 0 };
const mixed = { 'advantage/min': -1, 'advantage/max': 1 };
const told = (steps: number, metrics: readonly Record<string, number>[]) => {
  const unlearning = new Unlearning(steps);
  return metrics.map((each) => unlearning.after(each));
};
const times = <T>(count: number, value: T) => new Array<T>(count).fill(value);

it('is said once after ten steps without a difference, and again only after one with', () => {
  const metrics = [...times(30, flat), mixed, ...times(10, flat)];
  const said = [...told(100, metrics).entries()].filter(([, steps]) => steps !== undefined);
  expect(said).toEqual([
    [9, 10],
    [40, 10],
  ]);
});

it('is said at the end of a run of fewer steps', () => {
  expect(told(3, times(3, flat))).toEqual([undefined, undefined, 3]);
});

it('is never said of a run whose completions differ now and then', () => {
  expect(told(100, [...times(9, flat), mixed, ...times(9, flat)]).filter(Boolean)).toEqual([]);
});
