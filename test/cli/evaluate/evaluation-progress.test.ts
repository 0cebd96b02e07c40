import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationProgress } from '#cli/evaluate/evaluation-progress.ts';
import { RoundManifest } from '#shared/records/evaluations.ts';

/** A round of shards with so many completions each. */
function manifestOf(sizes: readonly number[]): RoundManifest {
  const item = { problem: 'set/1', sample: 0 };
  return RoundManifest.parse({
    schemaVersion: 1,
    generation: 'a'.repeat(26),
    shards: sizes.map((size, shard) => ({ shard, items: new Array(size).fill(item) })),
  });
}

describe('EvaluationProgress', () => {
  it('counts completions of scored shards and of those in the making, tokens a second and the time left', () => {
    let ms = 0;
    const progress = new EvaluationProgress(() => ms);
    expect(progress.entry().text).toBe('preparing the evaluation');
    progress.onScored(manifestOf([10, 10, 20]), [0]);
    expect(progress.entry().text).toBe('evaluating: 10 of 40 completions');
    progress.onMade(1, { completions: 0, tokens: 10 });
    ms = 4000;
    progress.onMade(1, { completions: 5, tokens: 410 });
    expect(progress.entry()).toEqual({
      phase: 'evaluating',
      text: 'evaluating: 15 of 40 completions · 100 tokens/s · 20 s left',
      numbers: { completions: 15, total: 40, tokensPerSecond: 100, secondsLeft: 20 },
    });
  });

  it('counts no completion twice and none too many, whatever comes in whatever order', () => {
    const told = fc.array(
      fc.record({ shard: fc.nat(6), completions: fc.nat(20), tokens: fc.nat(1000), scored: fc.boolean() }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
        told,
        (sizes, all) => {
          const progress = new EvaluationProgress(() => 0);
          const scored = all
            .filter((each) => each.scored && each.shard < sizes.length)
            .map(({ shard }) => shard);
          for (const { shard, ...made } of all) progress.onMade(shard, made);
          progress.onScored(manifestOf(sizes), scored);
          const least = [...new Set(scored)].reduce((sum, shard) => sum + (sizes[shard] as number), 0);
          expect(progress.completions).toBeGreaterThanOrEqual(least);
          expect(progress.completions).toBeLessThanOrEqual(progress.total);
        },
      ),
    );
  });
});
