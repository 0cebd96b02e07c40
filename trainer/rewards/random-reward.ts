import { uniform } from '#shared/sampling/philox.ts';

/** No token stands here, so a random reward shares no number with the sampling of its completion. */
const POSITION = 2 ** 32 - 1;

/** 1 with the given probability, else 0: a pure function of where the completion stands in the run. */
export function randomReward(
  draw: { readonly seed: number; readonly step: number; readonly row: number; readonly sample: number },
  probability: number,
): 0 | 1 {
  return uniform(draw, POSITION) < probability ? 1 : 0;
}
