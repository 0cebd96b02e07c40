import type { RunSettings } from '#trainer/settings/config.ts';

export interface Workers {
  readonly workers: number;
  /** Computing threads of each. */
  readonly threads: number;
}

/**
 * What slows the steps of a run while workers beside it score checkpoints, as a sentence; `undefined` where the cores are
 * enough for both. An engine on a GPU keeps one core a rank busy.
 */
export function coreShortage(
  { device, threads, ranks }: RunSettings['engine'],
  evaluation: Workers,
  cores: number,
): string | undefined {
  const training = ranks * (device === 'cpu' ? threads : 1);
  const scoring = evaluation.workers * evaluation.threads;
  if (training + scoring <= cores) return undefined;
  return (
    `${scoring} threads score checkpoints beside the ${training} that train, on ${cores} cores: steps take longer ` +
    'meanwhile. --evaluate after scores them when training has ended.'
  );
}
