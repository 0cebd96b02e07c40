import { describe, expect, it } from 'vitest';
import { gradePaperTrain } from '#shared/verifier/paper/grade-paper-train.ts';
import { symbolic } from './symbolic.ts';

function grade(gold: string, completion: string) {
  return gradePaperTrain({ gold, completion, symbolic });
}

function isRight(gold: string, answer: string): boolean {
  return grade(gold, `It is \\boxed{${answer}}.`).correct;
}

describe('gradePaperTrain', () => {
  it('says where the answer stands and which rule decided', () => {
    expect(grade('9', 'so \\boxed{ 9 }!')).toEqual({
      correct: true,
      extracted: ' 9 ',
      span: [10, 13],
      reason: 'equal-mathd',
    });
  });

  it('takes a completion without a box for the empty answer', () => {
    expect(grade('9', 'It is 9.')).toEqual({ correct: false, extracted: null, span: null, reason: 'no-box' });
    expect(grade('', 'no idea').correct).toBe(true);
  });

  it('reads the last box alone, and none that is unbalanced or has no braces', () => {
    expect(grade('9', '\\boxed{8} \\boxed{9}').correct).toBe(true);
    expect(grade('9', '\\boxed{9} \\boxed{8').reason).toBe('unbalanced-box');
    expect(grade('9', '\\boxed 9 {}').reason).toBe('unbraced-box');
    expect(grade('9', '\\fbox{9}').reason).toBe('no-box');
  });

  it('opens a box round the label, and accepts nothing for one that does not close', () => {
    expect(grade('\\boxed{9}', '\\boxed{9}').correct).toBe(true);
    expect(grade('\\boxed{9', '\\boxed{9}').reason).toBe('unreadable-gold');
  });

  it.each([
    ['7', 'n = 7', true],
    ['7', 'sum = 7', false], // more than two characters before the sign
    ['7', '7\\text{ apples}', true],
    ['7', '7\\text{ or }8', true], // everything from the space on is a unit
    ['7', '7\\text{ or }8\\text{ or }9', false], // but only once
    ['\\frac{1}{2}', '.5', true],
    ['\\frac{3}{7}', '\\frac37', true],
    ['\\frac{3}{7}', '3/7', true],
    ['\\frac{3}{7}', '6/14', false], // fractions must be reduced
    ['\\sqrt{7}', '\\sqrt7', true],
    ['31', '31^{\\circ}', true],
    ['31', '31 \\, \\text{m}', false],
    ['31', '31 feet', true],
    ['31', '{31}', true],
    ['6\\frac{1}{4}', '6.25', true],
    ['2000000', '2 million', false],
    ['0', '3e-9', true], // within 1e-7 of an integer
    ['81', '3^{4}', false], // an integer needs an integer
    ['12345', '12,345', true],
    ['a+b', 'b+a', true],
    ['a+b+c', 'c+b+a', false], // more than two letters
    ['x^{10}', 'x^{8+2}', false], // large exponents
    ['(3,7]', '(3, 7]', true],
    ['(3,7]', '[3,7]', false],
    ['3,7', '7,3', false],
    ['(1,\\frac{x}{2})', '(1,0.5x)', true],
    ['(1,x,2)', '(1,x)', false],
    ['\\frac{x+1}{3}', 'x+\\frac13', true], // no parentheses in plain text
    ['No', '\\text{no}', true],
  ])('compares %s with %s: %s', (gold, answer, expected) => {
    expect(isRight(gold, answer)).toBe(expected);
  });

  it('looks at no answer longer than 10,000 characters', () => {
    expect(grade('9', `\\boxed{${'9'.repeat(10_001)}}`).reason).toBe('answer-too-long');
  });
});
