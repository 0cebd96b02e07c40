import type { Explanation, Mode, Verification, VerifyInput } from '#shared/verifier/verification.ts';

/** An answer is correct that is written like a gold; a completion is an answer. Says in its reason what it was asked. */
export function verify(input: VerifyInput & { readonly mode: Mode }): Verification {
  const answer = 'answer' in input ? input.answer : input.completion;
  const asked = 'answer' in input ? 'answer' : 'completion';
  const options = input.options ? ` ${JSON.stringify(input.options)}` : '';
  return {
    verdict: [input.gold].flat().includes(answer) ? 'correct' : 'incorrect',
    extracted: answer,
    span: 'answer' in input ? null : [0, answer.length],
    method: 'answer' in input ? 'given' : 'whole',
    goldType: 'text',
    reason: `${asked} ${input.mode}${options}`,
    fuel: 1,
  };
}

/** What a verifier could explain, to be changed where a test needs something else. */
export const explanation: Explanation = {
  verdict: 'incorrect',
  extracted: 'x+2',
  span: [62, 65],
  method: 'box',
  goldType: 'expression',
  reason: 'unequal-at-point',
  fuel: 321,
  golds: [{ text: '2+x+y', type: 'expression', readings: ['2 + x + y'] }],
  answer: { text: 'x+2', type: 'expression', readings: ['x + 2'] },
  probe: { at: { x: '1.5', y: '0.25' }, gold: '3.75', answer: '3.5', bound: '1e-40', digits: 50 },
};
