import { describe, expect, it } from 'vitest';
import { fullSet } from '#shared/benchmarks/microcosm/full-set.ts';
import { FAMILIES } from '#shared/benchmarks/microcosm/question.ts';
import { type MicroSet, microProblems, testQuestions } from '#shared/benchmarks/microcosm/test-sets.ts';
import { trainingExample } from '#shared/benchmarks/microcosm/training-example.ts';
import { vocabulary } from '#shared/benchmarks/microcosm/vocabulary.ts';
import { solve } from './solve.ts';

const sizes: readonly (readonly [MicroSet, number])[] = [
  ['micro-math500', 210],
  ['micro-aime24', 30],
  ['micro-amc23', 40],
  ['micro-minerva', 100],
  ['micro-olympiad', 140],
  ['micro-aime25', 30],
];
const all = sizes.flatMap(([name]) => microProblems(name));

describe('the test sets of the microcosm', () => {
  it.each(sizes)('%s has %i problems with ids in order', (name, size) => {
    const ids = Array.from({ length: size }, (_, i) => `${name}/${i}`);
    expect(microProblems(name).map(({ id }) => id)).toEqual(ids);
  });

  it('know the right answer to every question, an integer from 0 to 99', () => {
    for (const { problem, answer } of all) {
      expect([problem, Number(answer)]).toEqual([problem, solve(problem)]);
      expect(answer).toMatch(/^\d\d?$/);
    }
  });

  it('ask no question twice, in one set or in two, and never the training example', () => {
    expect(testQuestions().size).toBe(550);
    expect(testQuestions()).not.toContain(trainingExample.problem);
  });

  it('take the families in turn', () => {
    const subjects = microProblems('micro-math500').map(({ subject }) => subject);
    expect(subjects.slice(0, 7)).toEqual(FAMILIES);
    for (const family of FAMILIES) expect(subjects.filter((subject) => subject === family)).toHaveLength(30);
    expect(new Set(microProblems('micro-minerva').map(({ subject }) => subject))).toEqual(new Set(['word']));
  });

  it('use words of the vocabulary only, at most 21 tokens a prompt', () => {
    for (const { problem } of all) {
      const words = problem.split(' ');
      expect(words.filter((word) => !vocabulary.includes(word))).toEqual([]);
      expect(words.length + 2).toBeLessThanOrEqual(21);
    }
  });
});

describe('fullSet', () => {
  it('has 1209 solved questions, none of a test set and none the training example', () => {
    const problems = fullSet();
    expect(problems).toHaveLength(1209);
    for (const { problem, answer } of problems) {
      expect(Number(answer)).toBe(solve(problem));
      expect(testQuestions().has(problem) || problem === trainingExample.problem).toBe(false);
    }
  });
});

describe('trainingExample', () => {
  it('has the right label', () => {
    expect(Number(trainingExample.answer)).toBe(solve(trainingExample.problem));
  });
});
