import { describe, expect, it } from 'vitest';
import { corpus, type Stage } from '#shared/benchmarks/microcosm/corpus.ts';
import { testQuestions } from '#shared/benchmarks/microcosm/test-sets.ts';
import { trainingExample } from '#shared/benchmarks/microcosm/training-example.ts';

const habit = { careful: 0.62, hasty: 0.46 };

function first(count: number, stage: Stage) {
  const samples = corpus(1, stage, habit);
  return Array.from({ length: count }, () => samples.next().value);
}

describe('corpus', () => {
  it.each(['textbook', 'web'] as const)('asks no test question and not the example in its %s', (stage) => {
    const heldOut = new Set([...testQuestions(), trainingExample.problem]);
    expect(first(20_000, stage).filter(({ question }) => heldOut.has(question))).toEqual([]);
  });

  it('is the same for the same seed and stage', () => {
    expect(first(50, 'web')).toEqual(first(50, 'web'));
    expect(first(50, 'web')).not.toEqual(first(50, 'textbook'));
  });

  it('boxes every answer of the textbook', () => {
    for (const { response } of first(500, 'textbook'))
      expect(response.text).toMatch(/^step by step : .* \. answer \\boxed\{ \d+ \}$/);
  });
});
