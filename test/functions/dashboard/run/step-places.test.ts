import { describe, expect, it } from 'vitest';
import { obstacleTo, placeAt, stepPlaces } from '#functions/dashboard/run/step-places.ts';

const steps = [1, 2, 3].map((step) => ({ step, metrics: { 'completion/tokens': 100 * step } }));
const seen = (usd?: number) => ({
  ...{
    schemaVersion: 1 as const,
    seconds: { rollout: 1800, update: 1800 },
    tokensPerSecond: {},
    peakBytes: {},
  },
  ...(usd === undefined ? {} : { usd }),
});
const all = new Map(steps.map(({ step }) => [step, seen(2.5)]));

describe('stepPlaces', () => {
  it('adds up what the steps took', () => {
    expect(stepPlaces(steps, all)).toEqual([
      { step: 0, tokens: 0, hours: 0, usd: 0 },
      { step: 1, tokens: 100, hours: 1, usd: 2.5 },
      { step: 2, tokens: 300, hours: 2, usd: 5 },
      { step: 3, tokens: 600, hours: 3, usd: 7.5 },
    ]);
  });

  it('does not go on behind a step that nobody has measured', () => {
    const places = stepPlaces(steps, new Map([...all, [2, seen()]]));
    expect(places.map(({ hours }) => hours)).toEqual([0, 1, 2, 3]);
    expect(places.map(({ usd }) => usd)).toEqual([0, 2.5, null, null]);
    const unseen = stepPlaces(steps, new Map([[1, seen()]]));
    expect(unseen.map(({ hours }) => hours)).toEqual([0, 1, null, null]);
  });
});

describe('placeAt', () => {
  it('is that of the last step which is not beyond it', () => {
    const places = stepPlaces(steps, all);
    expect([0, 1, 2, 3, 9].map((step) => placeAt(places, step, 'tokens'))).toEqual([0, 100, 300, 600, 600]);
    expect(placeAt(places, 9, 'step')).toBe(9);
  });
});

describe('obstacleTo', () => {
  it('is none where every step has a place, and says what is missing where not', () => {
    const [whole, unpriced] = [stepPlaces(steps, all), stepPlaces(steps, new Map([[1, seen(1)]]))];
    expect((['step', 'tokens', 'hours', 'usd'] as const).map((axis) => obstacleTo(axis, whole))).toEqual(
      Array(4).fill(undefined),
    );
    expect(obstacleTo('hours', unpriced)).toBe('not every step was seen by a clock');
    expect(obstacleTo('hours', stepPlaces(steps, new Map()))).toBe('no clock has seen its steps');
    expect(obstacleTo('usd', unpriced)).toContain('all the way: ONESHOT_USD_PER_HOUR');
    expect(obstacleTo('tokens', stepPlaces([{ step: 1, metrics: {} }], all))).toContain('do not say');
  });
});
