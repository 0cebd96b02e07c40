import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { againstPaper } from '#functions/results/paper/against-paper.ts';

const score = (mean: number, half: number) => ({
  mean,
  interval: [mean - half, mean + half] as [number, number],
  bounds: [mean, mean] as [number, number],
});

describe('againstPaper', () => {
  it('is higher or lower where the wider interval leaves out 0', () => {
    expect(againstPaper(score(0.4, 0.02), 0.36)).toMatchObject({ verdict: 'higher' });
    expect(againstPaper(score(0.4, 0.02), 0.44)).toMatchObject({ verdict: 'lower' });
    // By an interval of our score alone it would be.
    expect(againstPaper(score(0.4, 0.03), 0.36)).toMatchObject({ verdict: 'unclear' });
  });

  it('is equal where more than five points are excluded', () => {
    expect(againstPaper(score(0.35, 0.02), 0.36)).toMatchObject({ verdict: 'equal' });
    expect(againstPaper(score(0.35, 0.04), 0.36)).toMatchObject({ verdict: 'unclear' });
  });

  it('is nothing without a mean', () => {
    expect(againstPaper({ mean: null, interval: null, bounds: [0, 1] }, 0.3)).toBeNull();
  });

  it('has the difference inside its interval, √2 times as wide as that of the score', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(
      share,
      share,
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (ours, paper, half) => {
        const found = againstPaper(score(ours, half), paper);
        const [low, high] = found?.interval ?? [0, 0];
        expect(low).toBeLessThanOrEqual(ours - paper + 1e-12);
        expect(high).toBeGreaterThanOrEqual(ours - paper - 1e-12);
        expect(high - low).toBeCloseTo(2 * Math.SQRT2 * half, 10);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });
});
