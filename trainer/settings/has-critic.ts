import type { RunSettings } from './config.ts';

/** Whether a run trains a critic beside its policy: only `gae` makes advantages of values. */
export function hasCritic({ advantage }: Pick<RunSettings, 'advantage'>): boolean {
  return advantage.estimator === 'gae';
}
