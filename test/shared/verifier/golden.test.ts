import { describe, expect, it } from 'vitest';
import { verify } from '#shared/verifier/verify.ts';
import { goldenCases, goldenNames } from './golden-cases.ts';

/** Files about kinds of values and how they are found; each holds about as many wrong answers as right ones. */
const BY_TYPE = [
  'collections',
  'expressions',
  'extraction',
  'intervals',
  'matrices',
  'numbers',
  'relations',
  'words',
];
const FEWEST = 40;
const FEWEST_HACKS = 80;

describe.each(goldenNames())('verify on the golden cases of %s', (name) => {
  it.each(goldenCases(name))('says $verdict, $reason: $gold, $why', (each) => {
    const { gold, completion, mode, verdict, reason } = each;
    expect(verify({ gold, completion, mode })).toMatchObject({ verdict, reason });
  });
});

describe('the golden cases', () => {
  it.each(BY_TYPE)('of %s are many, half of them wrong answers', (name) => {
    const cases = goldenCases(name);
    const wrong = cases.filter(({ verdict }) => verdict !== 'correct').length;
    expect(cases.length).toBeGreaterThanOrEqual(FEWEST);
    expect(wrong / cases.length).toBeGreaterThan(0.45);
  });

  it('of hacks earn no reward', () => {
    const hacks = goldenCases('hacks');
    expect(hacks.length).toBeGreaterThanOrEqual(FEWEST_HACKS);
    expect(new Set(hacks.map(({ mode }) => mode))).toEqual(new Set(['reward']));
    expect(hacks.filter(({ verdict }) => verdict === 'correct')).toEqual([]);
  });

  it('are all different', () => {
    const all = goldenNames().flatMap(goldenCases);
    const asked = all.map(({ gold, completion, mode }) => JSON.stringify([gold, completion, mode]));
    expect(new Set(asked).size).toBe(asked.length);
  });
});
