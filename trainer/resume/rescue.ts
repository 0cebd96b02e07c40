import type { Rescue } from '#shared/records/runs.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import type { CheckpointPorts, StoredState } from './checkpoint.ts';
import { assertCurrent, type Claim } from './claim.ts';

/**
 * Saves where a run stands between two checkpoints, from state that is stored already. No checkpoint: nothing is
 * evaluated, no event goes out, and the next checkpoint descends from the one before.
 *
 * @throws {KnownError} `superseded`
 */
export async function commitRescue(
  claim: Claim,
  stored: StoredState,
  { step, parent, steps }: Pick<Rescue, 'step' | 'parent' | 'steps'>,
  { store }: CheckpointPorts,
): Promise<void> {
  await assertCurrent(store, claim);
  await put(store, record.rescue({ ...claim, step }), {
    step,
    ...stored,
    parent,
    steps,
  });
}
