import { describe, expect, it } from 'vitest';
import { postSaturationRise } from '#shared/metrics/post-saturation-rise.ts';

const checkpoints = [
  { step: 40, score: 0.9 },
  { step: 20, score: 0.5 },
  { step: 0, score: 0.1 },
  { step: 60, score: 0.9 },
  { step: 10, score: 0.99 },
  { step: 80, score: 0.7 },
];

describe('postSaturationRise', () => {
  it('counts from the first checkpoint at or after saturation to the best one', () => {
    expect(postSaturationRise(checkpoints, 20)).toEqual({ rise: 0.4, step: 40 });
    expect(postSaturationRise(checkpoints, 11)).toEqual({ rise: 0.4, step: 40 });
    expect(postSaturationRise(checkpoints, 1)).toEqual({ rise: 0, step: 10 });
  });

  it('is 0 where the first checkpoint stays the best', () => {
    expect(postSaturationRise(checkpoints, 80)).toEqual({ rise: 0, step: 80 });
  });

  it('is undefined where nothing saturated or no checkpoint followed', () => {
    expect(postSaturationRise(checkpoints, null)).toBeNull();
    expect(postSaturationRise(checkpoints, 81)).toBeNull();
    expect(postSaturationRise([], 1)).toBeNull();
  });
});
