import type { RunSettings } from '../settings/config.ts';

/** An optimizer's learning rate in a step, from 1; the paper's code begins with 0. */
export function learningRateOf(
  step: number,
  { learningRate, zeroLrFirstStep }: Pick<RunSettings['optim'], 'learningRate' | 'zeroLrFirstStep'>,
): number {
  return step === 1 && zeroLrFirstStep ? 0 : learningRate;
}
