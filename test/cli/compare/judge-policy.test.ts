import { describe, expect, it } from 'vitest';
import { judgePolicy, outcomeOf } from '#cli/compare/judge-policy.ts';
import type { Policy } from '#cli/compare/read-policy.ts';
import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import { average, BLOCKED, comparison } from './comparisons.ts';

function outcomes(policy: Policy, of: Comparison = comparison()): string[] {
  return judgePolicy(of, policy).map(({ outcome }) => outcome);
}

describe('judgePolicy', () => {
  it.each([
    [0.01, 'pass'],
    [0.011, 'cannot-tell'],
    [0.07, 'cannot-tell'],
    [0.071, 'fail'],
    [-0.02, 'pass'],
  ])('of a mean difference of 0.01 to 0.07 that must be at least %d: %s', (minDifference, outcome) => {
    expect(outcomes({ minDifference })).toEqual([outcome]);
  });

  it.each<[Comparison['verdict'], string]>([
    [{ kind: 'better', difference: 0.04, interval: [0.01, 0.07] }, 'pass'],
    [{ kind: 'worse', difference: -0.04, interval: [-0.07, -0.01] }, 'fail'],
    [{ kind: 'no-difference', within: 0.02 }, 'fail'],
    [{ kind: 'cannot-tell', problemsNeeded: 900, margin: 0.05 }, 'cannot-tell'],
  ])('that wants better, of %j: %s', (verdict, outcome) => {
    expect(outcomes({ verdict: 'better' }, comparison({ verdict }))).toEqual([outcome]);
  });

  it('holds each benchmark to the loss that is allowed it', () => {
    expect(outcomes({ maxLoss: 0.01 })).toEqual(['pass', 'cannot-tell']);
    expect(outcomes({ maxLoss: 0.01, benchmarks: { aime25: { maxLoss: 0.02 } } })).toEqual(['pass', 'pass']);
    expect(outcomes({ benchmarks: { aime25: { minDifference: 0.11 } } })).toEqual(['fail']);
    expect(() => judgePolicy(comparison(), { benchmarks: { aime24: { maxLoss: 0.1 } } })).toThrow(
      /names aime24.*math500, aime25/,
    );
  });

  it('fails where more differs than may', () => {
    const differences = BLOCKED.differences.filter(({ what }) => what === 'seed');
    expect(outcomes({ mayDiffer: [], maxLoss: 1 }, comparison({ differences }))).toContain('fail');
    expect(outcomes({ mayDiffer: ['seed'], maxLoss: 1 }, comparison({ differences }))).not.toContain('fail');
    expect(outcomes({ maxLoss: 1 }, comparison({ differences }))).not.toContain('fail');
  });

  it('cannot tell where pairs do not match, and says of which', () => {
    expect(judgePolicy(BLOCKED, { minDifference: -1 })).toEqual([
      { rule: 'pairs match', outcome: 'cannot-tell', found: 'They do not: problems of math500.' },
    ]);
  });

  it('looks at the interval alone, not at the mean', () => {
    const wide = comparison({ average: average({ difference: 0.3, interval: [-0.1, 0.6] }) });
    expect(outcomes({ minDifference: 0 }, wide)).toEqual(['cannot-tell']);
  });
});

describe('outcomeOf', () => {
  it('is the worst there is', () => {
    const of = (...each: ('pass' | 'fail' | 'cannot-tell')[]) =>
      outcomeOf(each.map((outcome) => ({ rule: '', outcome, found: '' })));
    expect([of('pass', 'pass'), of('pass', 'cannot-tell'), of('cannot-tell', 'fail', 'pass')]).toEqual([
      'pass',
      'cannot-tell',
      'fail',
    ]);
  });
});
