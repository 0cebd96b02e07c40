import { KnownError } from '#shared/errors.ts';
import type { RunSettings } from './config.ts';

/**
 * A step's completions must divide into its updates, and those into virtual ranks.
 *
 * @throws {KnownError} `config-invalid`
 */
export function checkBatch(settings: RunSettings): void {
  const { prompts, samples, loss, update, advantage, critic } = settings;
  const step = prompts * samples;
  const size = update.completions ?? step;
  divides(size, step, `A step of ${prompts} × ${samples} completions`, 'updates', 'update.completions');
  const { aggregation } = loss;
  if (aggregation.kind === 'micro-batch-token-mean') {
    divides(
      aggregation.ranks,
      size,
      `An update of ${size} completions`,
      'virtual ranks',
      'loss.aggregation.ranks',
    );
  }
  if (advantage.estimator !== 'gae') return;
  divides(
    critic.completions,
    step,
    `A step of ${prompts} × ${samples} completions`,
    'critic updates',
    'critic.completions',
  );
  divides(
    critic.ranks,
    critic.completions,
    `A critic update of ${critic.completions} completions`,
    'virtual ranks',
    'critic.ranks',
  );
}

function divides(part: number, whole: number, what: string, parts: string, setting: string): void {
  if (whole % part === 0) return;
  throw new KnownError(
    'config-invalid',
    `${what} cannot be dealt to ${parts} in equal counts: ${setting} is ${part}. Choose ${setting}, or --prompts ` +
      'and --samples, so that it divides.',
  );
}
