import { expect, it } from 'vitest';
import { mean } from '#shared/metrics/mean.ts';

it('the mean of nothing is unknown', () => {
  expect(mean([])).toBeNull();
  expect(mean([1, 2, 6])).toBe(3);
});
