import { expect, it } from 'vitest';
import { headlineGrader } from '#functions/results/evaluations/headline-score.ts';

it.each([
  { names: ['benchmark', 'reward'], chosen: 'reward' },
  { names: ['benchmark', 'format'], chosen: 'benchmark' },
  { names: [], chosen: undefined },
])('of $names the grader that counts where nobody says is $chosen', ({ names, chosen }) => {
  expect(headlineGrader(names)).toBe(chosen);
});
