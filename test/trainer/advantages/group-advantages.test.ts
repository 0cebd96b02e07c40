import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAdvantages } from '#trainer/advantages/group-advantages.ts';
import golden from '../../golden/advantages.json' with { type: 'json' };

const paper = { estimator: 'grpo', ddof: 1, epsilon: 1e-6 } as const;

describe('groupAdvantages', () => {
  it.each(golden)('has the recorded values for $correct correct of 8', (recorded) => {
    const { correct, advantageOfCorrect, advantageOfWrong } = recorded;
    const advantages = groupAdvantages(rewards(8, correct), paper);
    for (const advantage of advantages.slice(0, correct))
      expect(advantage).toBeCloseTo(advantageOfCorrect, 6);
    for (const advantage of advantages.slice(correct)) expect(advantage).toBeCloseTo(advantageOfWrong, 6);
  });

  it('sums to 0 over a group', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 16 }),
        (group) => {
          const total = groupAdvantages(group, paper).reduce((a, b) => a + b, 0);
          expect(Math.abs(total)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('is 0 for equal rewards, whatever is added to their spread', () => {
    const group = fc.record({
      reward: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      size: fc.integer({ min: 2, max: 16 }),
      epsilon: fc.constantFrom(0, 1e-300, 1e-6, 1),
      estimator: fc.constantFrom('grpo', 'dr-grpo'),
    });
    fc.assert(
      fc.property(group, ({ reward, size, epsilon, estimator }) => {
        const rewards = new Array<number>(size).fill(reward);
        expect(groupAdvantages(rewards, { ...paper, epsilon, estimator })).toEqual(rewards.map(() => 0));
      }),
    );
  });

  it('tells rewards apart that differ by less than can be squared', () => {
    const [high, low] = groupAdvantages([1e-200, 0], { ...paper, epsilon: 0 });
    expect(high).toBeCloseTo(Math.SQRT1_2, 12);
    expect(low).toBeCloseTo(-Math.SQRT1_2, 12);
  });

  it('gives a group of one its own reward', () => {
    expect(groupAdvantages([1], paper)[0]).toBeCloseTo(1, 5);
  });

  it('leaves out the spread for Dr. GRPO, and the mean too for REINFORCE', () => {
    const group = [1, 0, 0, 0];
    expect(groupAdvantages(group, { ...paper, estimator: 'dr-grpo' })).toEqual([0.75, -0.25, -0.25, -0.25]);
    expect(groupAdvantages(group, { ...paper, estimator: 'reinforce' })).toEqual(group);
  });

  it('knows both standard deviations', () => {
    const [sample] = groupAdvantages([1, 0], { ...paper, epsilon: 0 });
    const [population] = groupAdvantages([1, 0], { ...paper, epsilon: 0, ddof: 0 });
    expect(sample).toBeCloseTo(Math.SQRT1_2, 12);
    expect(population).toBeCloseTo(1, 12);
  });
});

function rewards(n: number, correct: number): number[] {
  return Array.from({ length: n }, (_, i) => (i < correct ? 1 : 0));
}
