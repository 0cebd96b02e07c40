import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probabilityMass } from '#shared/sampling/probability-mass.ts';

const error = (x: number) => Math.abs(probabilityMass(x) / Math.exp(x) - 1);

describe('probabilityMass', () => {
  it('is exp to the last bit but one, as far down as there are numbers of all bits', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 0, noNaN: true }), (x) => {
        expect(error(x)).toBeLessThanOrEqual(2 ** -52);
      }),
      { numRuns: 50_000 },
    );
  });

  it('is 1 at 0, and nothing where exp is nothing', () => {
    expect([probabilityMass(0), probabilityMass(-0)]).toEqual([1, 1]);
    for (const x of [-746, -1e9, -1e300, Number.NEGATIVE_INFINITY]) expect(probabilityMass(x)).toBe(0);
    for (const x of [-709, -730, -745])
      expect(Math.abs(probabilityMass(x) - Math.exp(x))).toBeLessThan(1e-307);
  });
});
