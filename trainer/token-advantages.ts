import type { Rollout } from '#shared/messages.ts';
import { decodeFloats, encodedLength } from './base64-array.ts';
import { concat } from './sequences.ts';

/** The advantage of every completion token: the completion's own, or those that a critic gave. @returns [N] */
export function tokenAdvantages(rollouts: readonly Rollout[]): Float32Array {
  return concat(
    Float32Array,
    rollouts.map(({ advantage, critic, completion }) =>
      critic
        ? decodeFloats(critic.advantages)
        : new Float32Array(encodedLength(completion)).fill(advantage as number),
    ),
  );
}
