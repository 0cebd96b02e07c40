import { concat, spread } from '../engine-client/ragged-arrays.ts';
import type { Rollout } from './rollout.ts';

/** The advantage of every completion token: the completion's own, or those that a critic gave. @returns [N] */
export function tokenAdvantages(rollouts: readonly Rollout[]): Float32Array {
  const streams = rollouts.map(({ critic }) => critic?.advantages);
  if (streams.every((stream) => stream !== undefined)) return concat(Float32Array, streams);
  return spread(
    rollouts.map(({ advantage }) => advantage as number), // without a critic each has one
    rollouts.map(({ completion }) => completion.length),
  );
}
