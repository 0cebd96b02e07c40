import { expect, it } from 'vitest';
import { penaliseRepetition } from '#shared/sampling/penalise-repetition.ts';

it('divides logits above 0 and multiplies the others, of each token once that was seen', () => {
  const logits = Float32Array.of(3, -2, 0, 5, -1);
  expect([...penaliseRepetition(logits, [1, 0, 0, 2, 1], 2)]).toEqual([1.5, -4, 0, 5, -1]);
  expect([...penaliseRepetition(logits, [0, 4], 0.5)]).toEqual([6, -2, 0, 5, -0.5]);
  expect([...logits]).toEqual([3, -2, 0, 5, -1]);
});
