import { describe, expect, it } from 'vitest';
import type { CheckpointScore, RunCurves } from '#functions/dashboard/run/run-curves.ts';
import { seedMeans } from '#functions/dashboard/run/seed-means.ts';
import type { Score } from '#shared/records/summary.ts';

const scoreOf = (mean: number | null): Score => ({ mean, interval: null, bounds: [0, 1] });

function runOf(scores: readonly (number | null)[], tokensPerStep: number): RunCurves {
  const checkpoints = scores.map((score, step): CheckpointScore => {
    const benchmarks = [{ benchmark: 'sums', problems: 4, samplesPerProblem: 1, score: scoreOf(score) }];
    const place = { step, tokens: step * tokensPerStep, hours: null, usd: null };
    const state = { evaluation: 'e', state: 'scored', shards: null, reason: null, deleted: false } as const;
    return { ...place, ...state, average: scoreOf(score), benchmarks };
  });
  const places = checkpoints.map(({ step, tokens, hours, usd }) => ({ step, tokens, hours, usd }));
  return { run: 'r', recipe: 'recipe', steps: [], places, checkpoints };
}

describe('the mean of several seeds', () => {
  it('has an interval of how seeds vary, and places that are means', () => {
    const { seeds, checkpoints, places } = seedMeans([
      runOf([0.1, 0.6], 100),
      runOf([0.1, 0.7], 200),
      runOf([0.1, 0.8], 300),
    ]);
    expect(seeds).toBe(3);
    expect(places).toEqual([
      { step: 0, tokens: 0, hours: null, usd: null },
      { step: 1, tokens: 200, hours: null, usd: null },
    ]);
    // 0.7 ± 4.3027 · 0.1 / √3
    const [low, high] = checkpoints[1]?.average?.interval ?? [];
    expect([checkpoints[1]?.average?.mean, low, high]).toEqual([
      expect.closeTo(0.7, 12),
      expect.closeTo(0.45158, 5),
      expect.closeTo(0.94842, 5),
    ]);
    expect(checkpoints[1]?.benchmarks[0]?.score).toEqual(checkpoints[1]?.average);
  });

  it('leaves out steps at which one of them has no score', () => {
    const runs = [runOf([0.1, null, 0.3], 1), runOf([0.2, 0.2, 0.2, 0.2], 1)];
    for (const some of [runs, runs.toReversed()])
      expect(seedMeans(some).checkpoints.map(({ step }) => step)).toEqual([0, 2]);
  });

  it('has no interval beyond what a score can be', () => {
    const [only] = seedMeans([runOf([0.1], 1), runOf([0.9], 1)]).checkpoints;
    expect(only?.average?.interval).toEqual([0, 1]);
  });
});
