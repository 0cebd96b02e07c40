import { KnownError } from '#shared/errors.ts';
import type { RunSettings } from './config.ts';
import { hasCritic } from './has-critic.ts';

/** Completions of a step: as many as one process can hold and weigh. */
const MOST_COMPLETIONS = 1_000_000;

/**
 * A step's completions must divide into its updates, and those into virtual ranks; and a group must be one.
 *
 * @throws {KnownError} `config-invalid`
 */
export function checkBatch(settings: RunSettings): void {
  const { prompts, samples, loss, update, advantage, critic } = settings;
  const step = prompts * samples;
  if (step > MOST_COMPLETIONS) {
    throw new KnownError(
      'config-invalid',
      `A step of ${prompts} × ${samples} completions is more than ${MOST_COMPLETIONS}. Lower --prompts or --samples.`,
    );
  }
  const compares = advantage.estimator === 'grpo' || advantage.estimator === 'dr-grpo';
  if (compares && samples === 1 && advantage.groupBy === 'row') {
    throw new KnownError(
      'config-invalid',
      `The estimator ${advantage.estimator} compares the completions of a prompt with each other; with --samples 1 there ` +
        'is nothing to compare, and nothing to learn. Give --samples 2 or more, or --set advantage.estimator=reinforce.',
    );
  }
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
  if (!hasCritic(settings)) return;
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
