import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import type { Boundary } from './boundary.ts';
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
  { step, checkpoint: parent, steps }: Boundary,
  { store }: CheckpointPorts,
): Promise<void> {
  await assertCurrent(store, claim);
  await putObject(store, keys.rescue({ ...claim, step }), {
    schemaVersion: 1,
    step,
    ...stored,
    parent,
    steps,
  });
}
