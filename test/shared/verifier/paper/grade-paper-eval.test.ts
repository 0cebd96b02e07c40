import { describe, expect, it } from 'vitest';
import { gradePaperEval, paperEvalTexts } from '#shared/verifier/paper/grade-paper-eval.ts';
import { symbolic } from './symbolic.ts';

function grade(gold: string, completion: string) {
  return gradePaperEval({ gold, completion, keepUnits: false, symbolic });
}

function reasonFor(gold: string, answer: string): string {
  return grade(gold, `\\boxed{${answer}}`).reason;
}

describe('gradePaperEval', () => {
  it.each([
    ['boxed{1} The final answer is $ 9 $. I hope', '9'],
    ['\\boxed{8} then \\boxed{\\frac{1}{2}}.', '\\frac{1}{2}'],
    ['\\boxed{9', '9'],
    ['boxed 9$ or so', '9'],
    ['The answer is 9.', '9.'],
    ['final answer is: 9', ': 9'],
    ['答案是 9\n\n完', '9'],
    ['about 1,234 of 5', '5'],
    ['about 5 of 1,234', '1,234'],
    ['1\u043a\u04382', '1\u043a\u04382'],
  ])('finds the answer of %j', (completion, extracted) => {
    const { span } = grade('9', completion);
    expect(span && completion.slice(...span)).toBe(extracted);
  });

  it('says so where a completion holds no answer', () => {
    expect(grade('9', 'none')).toEqual({ correct: false, extracted: null, span: null, reason: 'no-answer' });
  });

  it('extracts the gold from a solution and takes any other text as it is', () => {
    expect(paperEvalTexts({ gold: 'so \\boxed{x = 9}.', completion: '', keepUnits: false }).gold).toBe('9');
    expect(paperEvalTexts({ gold: 'x = 9', completion: '', keepUnits: false }).gold).toBe('9');
  });

  it.each([
    ['Yes', 'yes', 'equal-text'],
    ['B', 'It is (b)', 'equal-text'], // read again from the completion
    ['12', '12.001', 'equal-number'],
    ['12', '12.01', 'unequal-number'],
    ['12', '1200', 'equal-number'],
    ['0.12', '12\\%', 'equal-number'],
    ['(3,4)', '[3,4]', 'equal-elements'],
    ['(3,\\frac{1}{2})', '(3,0.5)', 'equal-elements'],
    ['\\{3,4\\}', '3,4', 'equal-unbracketed'],
    [
      '\\begin{pmatrix}1\\\\\\frac{1}{2}\\end{pmatrix}',
      '\\begin{bmatrix}1\\\\0.5\\end{bmatrix}',
      'equal-matrix',
    ],
    ['2u+v=4', '2u+v=5', 'unequal'],
    ['2u-v=4', 'v-2u=-4', 'equal-equation'],
    ['t = \\frac{1}{2}', '0.5', 'equal-symbolic'],
    ['\\sqrt{8}', '2\\sqrt{2}', 'equal-symbolic'],
    ['\\frac{1}{3}', '0.33', 'unequal'],
    ['9', '', 'empty-answer'],
  ])('compares %s with %s by the rule %s', (gold, answer, reason) => {
    expect(reasonFor(gold, answer)).toBe(reason);
  });

  it('lets every answer pass where the gold is a unit word and so vanishes', () => {
    expect(grade('\\boxed{\\text{west}}', '\\boxed{17}').correct).toBe(true);
    expect(grade('\\boxed{\\text{west}}', '\\boxed{A}').correct).toBe(false);
  });

  it('drops what is no letter where the gold consists of choice letters', () => {
    expect(grade('BD', '\\boxed{B, D}').correct).toBe(true);
  });

  it('reads the first letter after the last "answer is" where the gold is one', () => {
    expect(grade('C', 'a or b; the answer is C, not D').correct).toBe(true);
    expect(grade('C', 'the choice is D\n\nthe choice is C').correct).toBe(false);
  });

  it('keeps unit words on request', () => {
    const input = { gold: '9', completion: '\\boxed{9 m}' };
    expect(paperEvalTexts({ ...input, keepUnits: true }).prediction).toBe('9m');
    expect(paperEvalTexts({ ...input, keepUnits: false }).prediction).toBe('9');
  });

  it('looks at no answer and no gold longer than 10,000 characters', () => {
    const long = 'x'.repeat(10_001);
    expect(reasonFor('9', long)).toBe('answer-too-long');
    expect(reasonFor(long, '9')).toBe('gold-too-long');
    expect(grade('C', `\\boxed{x} ${'x'.repeat(20_000)}`).reason).toBe('answer-too-long');
  });
});
