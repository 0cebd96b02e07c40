import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configDifferences } from '#cli/train/config-differences.ts';
import { canonicalJson, type Json } from '#shared/encoding/canonical-json.ts';

describe('what differs between two configs', () => {
  it('is named with its path and both values', () => {
    const there = { steps: 10, optim: { learningRate: 1e-6, betas: [0.9, 0.999] }, fork: null };
    const here = { steps: 20, optim: { learningRate: 1e-5, betas: [0.9, 0.999] }, fork: { model: 'm' } };
    expect(configDifferences(there, here)).toBe(
      'steps is 10 there and 20 here; optim.learningRate is 0.000001 there and 0.00001 here; ' +
        'fork is null there and {"model":"m"} here',
    );
  });

  it('is cut where it is long or much', () => {
    const many = (value: string) =>
      Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`s${i}`, value]));
    expect(configDifferences(many('a'), many('b'))).toMatch(/; and 3 more$/);
    expect(configDifferences({ text: 'a'.repeat(500) }, { text: 'b' })).toMatch(/^text is "a{39}… there/);
  });

  it('is told of names that every object has', () => {
    expect(configDifferences({}, { valueOf: [] })).toBe('valueOf is absent there and [] here');
  });

  it('is nothing only where they are equal', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (a, b) => {
          const [there, here] = [a as Json, b as Json];
          expect(configDifferences(there, here) === '').toBe(canonicalJson(there) === canonicalJson(here));
        },
      ),
    );
  });
});
