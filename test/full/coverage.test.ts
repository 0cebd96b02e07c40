import { expect, it } from 'vitest';
import { coverage } from '../shared/metrics/coverage.ts';

it('intervals of sampled sets cover the true accuracy in at least 95 of 100 sets, whatever the set', () => {
  const problems = [1, 2, 3, 8, 30];
  const accuracies = [0, 0.01, 0.1, 0.5, 0.9, 0.99, 1];
  const { share, worst } = coverage({ problems, accuracies, sets: 200 });
  expect(share).toBeGreaterThan(0.97);
  // Of a method that covers 95 %, the share of 200 sets is below this once in several thousand times.
  expect(worst).toBeGreaterThan(0.89);
});
