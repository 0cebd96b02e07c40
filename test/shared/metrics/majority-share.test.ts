import fc from 'fast-check';
import { expect, it } from 'vitest';
import { majorityShare, type Vote } from '#shared/metrics/majority-share.ts';

const right: Vote = { correct: true, answer: '1/2' };
const wrong = (answer: string): Vote => ({ correct: false, answer });
const silent: Vote = { correct: false, answer: undefined };

it.each([
  ['the right answer is the most frequent', [right, right, wrong('3')], 1],
  [
    'right answers are one, however they are written',
    [right, { correct: true, answer: '0.5' }, wrong('3')],
    1,
  ],
  ['a wrong answer is more frequent', [right, wrong('3'), wrong('3')], 0],
  ['wrong answers differ', [right, right, wrong('3'), wrong('4'), wrong('5')], 1],
  ['a lot decides between two', [right, wrong('3')], 1 / 2],
  ['a lot decides among three', [right, wrong('3'), wrong('4')], 1 / 3],
  ['who says nothing has no vote', [right, silent, silent], 1],
  ['nobody is right', [wrong('3'), wrong('4')], 0],
  ['nobody says anything', [silent, silent], 0],
] as const)('%s', (_, votes, share) => {
  expect(majorityShare(votes)).toBe(share);
});

it('is what drawing among the most frequent gives, in whatever order the votes come', () => {
  const vote = fc.oneof(fc.constant(right), fc.constantFrom('3', '4', '5').map(wrong), fc.constant(silent));
  fc.assert(
    fc.property(fc.array(vote, { maxLength: 12 }), (votes) => {
      const counts = new Map<string, number>();
      for (const { correct, answer } of votes) {
        const name = correct ? 'right' : answer;
        if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      const most = Math.max(0, ...counts.values());
      const first = [...counts].filter(([, count]) => count === most).map(([name]) => name);
      expect(majorityShare(votes)).toBe(first.includes('right') ? 1 / first.length : 0);
      expect(majorityShare(votes.toReversed())).toBe(majorityShare(votes));
    }),
  );
});
