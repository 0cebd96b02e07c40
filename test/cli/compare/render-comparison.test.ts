import { describe, expect, it } from 'vitest';
import { renderComparison } from '#cli/compare/render-comparison.ts';
import { average, BLOCKED, comparison, row } from './comparisons.ts';

const sides = { first: 'run@0', second: 'run@60' };

describe('renderComparison', () => {
  it('begins with the verdict and says that the weights alone differ', () => {
    expect(renderComparison(comparison(), sides)).toBe(
      `Better: run@60 scores 4.0 points more than run@0 (1.0 to 7.0).

Nothing differs but the weights.

A is run@0, B is run@60. Accuracy in %, B − A in points with its 95 % interval; grader reward.

SET        N × K     A     B  B − A           95 %  P, HOLM  DETECTABLE  GAINED/LOST  VERDICT
math500  100 × 1  50.0  54.0   +4.0   +1.0 to +7.0   0.0040        ±4.2          1/0  better
aime25   100 × 8/4  50.0  54.0   +4.0  −2.0 to +10.0   0.0040        ±4.2          1/0  better
Mean         100  50.0  54.0   +4.0   +1.0 to +7.0   0.0040        ±4.2          2/0  better
`
        .replace('SET        N × K', 'SET          N × K')
        .replace('math500  100 × 1 ', 'math500    100 × 1 ')
        .replace('Mean         100', 'Mean           100'),
    );
  });

  it('names what differs, and gives no number where pairs do not match', () => {
    expect(renderComparison(BLOCKED, sides)).toBe(`No verdict: run@0 and run@60 were not asked the same.

■ pairs do not match: problems of math500, A x, B y
▲ may move scores: seed, A 0, B 1

A is run@0, B is run@60. Accuracy in %, B − A in points with its 95 % interval; grader reward.
`);
  });

  it('has no mean of one benchmark, and says where even the weights are the same', () => {
    const text = renderComparison(
      comparison({ sameModel: true, benchmarks: [row('math500', { adjustedP: 1e-9 })] }),
      sides,
    );
    expect(text).toContain('Nothing differs, not even the weights.\n');
    expect(text).toContain('<0.0001');
    expect(text).not.toContain('Mean');
    expect(renderComparison(comparison({ average: average({}) }), sides)).toContain('Mean');
  });
});
