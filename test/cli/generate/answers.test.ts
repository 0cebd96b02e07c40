import { describe, expect, it } from 'vitest';
import { type Answer, Answers } from '#cli/generate/answers.ts';

const names = [1, 2, 3].map((id) => ({ id, sample: 0 }));
const piece = (text: string, finish?: 'stop') => ({ text, token: 5, logprob: -1, ...(finish && { finish }) });

describe('Answers', () => {
  it('gives them out in their order, each as soon as those before it are whole', () => {
    const given: Answer[] = [];
    const answers = new Answers(names, false, (answer) => given.push(answer));
    answers.add(1, piece('b', 'stop'));
    answers.add(0, piece('a'));
    expect(given).toEqual([]);
    answers.add(0, piece('a', 'stop'));
    expect(given).toEqual([
      { id: 1, sample: 0, text: 'aa', finish: 'stop', tokens: 2 },
      { id: 2, sample: 0, text: 'b', finish: 'stop', tokens: 1 },
    ]);
    expect([answers.done, answers.tokens]).toEqual([2, 3]);
  });

  it('adds log-probabilities where they are wanted', () => {
    const given: Answer[] = [];
    const answers = new Answers(names, true, (answer) => given.push(answer));
    answers.add(0, piece('a', 'stop'));
    expect(given[0]?.logprobs).toEqual([-1]);
  });
});
