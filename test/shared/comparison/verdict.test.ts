import { describe, expect, it } from 'vitest';
import { concludeFrom, type Evidence, type Verdict, verdictText } from '#shared/comparison/verdict.ts';

const MARGIN = 0.05;
const sides = { first: 'base', second: 'run@60' };

function evidence(changes: Partial<Evidence>): Evidence {
  return {
    problems: 100,
    difference: 0.04,
    interval: [0.01, 0.07],
    adjustedP: 0.01,
    problemsNeeded: 80,
    ...changes,
  };
}

describe('concludeFrom', () => {
  it.each<[string, Partial<Evidence>, Verdict['kind']]>([
    ['an interval above 0 and a small p', {}, 'better'],
    ['an interval below 0 and a small p', { difference: -0.04, interval: [-0.07, -0.01] }, 'worse'],
    ['a p that is not small enough for so many tests', { adjustedP: 0.06 }, 'cannot-tell'],
    [
      '0 in the interval, which is within the margin',
      { difference: 0, interval: [-0.03, 0.049] },
      'no-difference',
    ],
    [
      '0 in the interval, which leaves the margin',
      { difference: 0, interval: [-0.03, 0.051] },
      'cannot-tell',
    ],
    ['a small p and 0 in the interval', { interval: [-0.001, 0.07] }, 'cannot-tell'],
  ])('%s', (_, changes, kind) => {
    expect(concludeFrom(evidence(changes), MARGIN).kind).toBe(kind);
  });

  it('never asks for as many problems as there are', () => {
    for (const interval of [
      [-0.01, 0.09],
      [-0.2, 0.28],
      [0.001, 0.079],
    ] as const) {
      const verdict = concludeFrom(
        evidence({ interval: [...interval], adjustedP: 0.2, problemsNeeded: 3 }),
        MARGIN,
      );
      expect(verdict).toMatchObject({ kind: 'cannot-tell', problemsNeeded: expect.any(Number) });
      expect(verdict.kind === 'cannot-tell' && verdict.problemsNeeded).toBeGreaterThan(100);
    }
  });
});

describe('verdictText', () => {
  it.each<[Verdict, string]>([
    [
      { kind: 'better', difference: 0.577, interval: [0.544, 0.61] },
      'Better: run@60 scores 57.7 points more than base (54.4 to 61.0).',
    ],
    [
      { kind: 'worse', difference: -0.04, interval: [-0.07, -0.01] },
      'Worse: run@60 scores 4.0 points less than base (1.0 to 7.0).',
    ],
    [
      { kind: 'no-difference', within: 0.0301 },
      'No difference: one larger than 3.1 points between base and run@60 is excluded.',
    ],
    [
      { kind: 'cannot-tell', problemsNeeded: 1283, margin: 0.05 },
      'Cannot tell run@60 from base: to find a difference of 5.0 points would take about 1,300 problems.',
    ],
    [{ kind: 'blocked' }, 'No verdict: base and run@60 were not asked the same.'],
  ])('is a sentence: %j', (verdict, text) => {
    expect(verdictText(verdict, sides)).toBe(text);
  });
});
