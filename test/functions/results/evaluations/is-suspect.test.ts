import { describe, expect, it } from 'vitest';
import { isSuspect } from '#functions/results/evaluations/is-suspect.ts';

const judged = (text: string, verdict: 'correct' | 'incorrect' | 'no-answer' = 'incorrect') => ({
  ...{ text, boxed: text.includes('\\boxed{') },
  verdicts: { reward: { verdict, reason: 'made-up' } },
});

describe('isSuspect', () => {
  it('is a completion that is not correct and has the reference answer in a box', () => {
    expect(isSuspect(judged('\\boxed{7} or \\boxed{8}'), 'reward', '7')).toBe(true);
    expect(isSuspect(judged('\\boxed{ x + 1 }', 'no-answer'), 'reward', 'x+1')).toBe(true);
    expect(isSuspect(judged('\\boxed{8}'), 'reward', ['7', '8'])).toBe(true);
  });

  it('is none that is correct, or holds it elsewhere alone', () => {
    expect(isSuspect(judged('\\boxed{7}', 'correct'), 'reward', '7')).toBe(false);
    expect(isSuspect(judged('7 \\boxed{8}'), 'reward', '7')).toBe(false);
    expect(isSuspect(judged('the answer is 7'), 'reward', '7')).toBe(false);
    expect(isSuspect(judged('\\boxed{17}'), 'reward', '7')).toBe(false);
  });
});
