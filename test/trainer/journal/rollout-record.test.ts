import { describe, expect, it } from 'vitest';
import { RolloutRecord } from '#shared/records/runs.ts';
import { fromRecord, toRecord } from '#trainer/journal/rollout-record.ts';
import { rolloutMetrics } from '#trainer/metrics/rollout-metrics.ts';
import { madeUpRollout } from '../made-up-rollout.ts';

const stored = (record: unknown) => RolloutRecord.parse(JSON.parse(JSON.stringify(record)));

describe('what the parts of a sum of rewards gave', () => {
  it('is read from a journal as it was stored, so that a replay has the same metrics', () => {
    const rollouts = [0, 1].map((long) => ({ ...madeUpRollout('so \\boxed{7}'), parts: { right: 1, long } }));
    const again = rollouts.map((rollout) => fromRecord(stored(toRecord(rollout))));
    expect(again.map(({ parts }) => parts)).toEqual([
      { right: 1, long: 0 },
      { right: 1, long: 1 },
    ]);
    expect(rolloutMetrics(again, new Float32Array(2), 2)).toMatchObject({
      'reward/part/right': 1,
      'reward/part/long': 0.5,
    });
  });

  it('is nothing where the reward is no sum: such records are what they were', () => {
    expect(toRecord(madeUpRollout('so \\boxed{7}'))).not.toHaveProperty('parts');
    expect(
      Object.keys(rolloutMetrics([madeUpRollout('so \\boxed{7}')], new Float32Array(1), 1)).join(),
    ).not.toContain('part/');
  });
});
