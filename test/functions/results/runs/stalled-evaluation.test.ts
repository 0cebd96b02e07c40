import { describe, expect, it } from 'vitest';
import { CachedLists } from '#functions/results/cached-lists.ts';
import type { RunCheckpoint } from '#functions/results/runs/run-view.ts';
import { stalledEvaluation } from '#functions/results/runs/stalled-evaluation.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../../ports/memory-store.ts';

const MINUTE = 60_000;
const evaluation = 'e'.repeat(26);

function checkpoint(step: number, status: RunCheckpoint['status']): RunCheckpoint {
  return {
    ...{ step, model: 'm'.repeat(26), evaluation, status, coverage: null, failed: {}, refused: null },
    ...{ scores: null, weights: 'kept', resumable: true },
  };
}

async function stalledAfter(minutes: number, checkpoints: readonly RunCheckpoint[]) {
  const store = new MemoryStore();
  await put(store, record.pendingEvaluation({ evaluation, round: 0 }), { createdAt: 0 });
  await put(store, record.pendingCheckpoint({ run: 'r', step: 9, incarnation: 1 }), { createdAt: 0 });
  const lists = new CachedLists(store, { now: () => 0 });
  return stalledEvaluation('r', checkpoints, minutes * MINUTE, { store, lists });
}

describe('an evaluation that stalls', () => {
  it('is one that nobody has planned for half an hour', async () => {
    expect(await stalledAfter(30, [])).toBeUndefined();
    expect(await stalledAfter(31, [])).toMatchObject({
      rule: 'evaluation-stalled',
      step: 9,
      severity: 'warning',
      value: 0.5,
    });
  });

  it('is one that is not over after six hours, the others counted', async () => {
    const found = await stalledAfter(6 * 60 + 1, [checkpoint(3, 'running'), checkpoint(6, 'done')]);
    expect(found?.found).toBe('The scores of step 9 were asked for 6.0 hours ago, and 1 more wait as well.');
  });
});
