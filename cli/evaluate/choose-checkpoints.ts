import { KnownError } from '#shared/errors.ts';
import type { StoredCheckpoint } from '#shared/storage/checkpoint-line.ts';
import { lackingCheckpoint } from '../named/lacking-checkpoint.ts';

/** Which checkpoints of a run are meant; all of them where neither is named. */
export interface CheckpointChoice {
  /** Steps, `last` being the newest checkpoint's. */
  readonly checkpoints?: readonly (number | 'last')[] | undefined;
  /** Also those at multiples of so many steps. */
  readonly every?: number | undefined;
}

/**
 * Picks checkpoints of a run, in the order of its steps.
 *
 * @throws {KnownError} `checkpoint-unknown` where one that is named is not there, or none is left
 */
export function chooseCheckpoints(
  run: string,
  line: readonly StoredCheckpoint[],
  { checkpoints, every }: CheckpointChoice,
): readonly StoredCheckpoint[] {
  const steps = line.map(({ checkpoint }) => checkpoint.step);
  const named = new Set((checkpoints ?? []).map((name) => (name === 'last' ? steps.at(-1) : name)));
  const missing = [...named].filter((step) => step === undefined || !steps.includes(step));
  const isMeant = (step: number) => named.has(step) || (every !== undefined && step % every === 0);
  const all = checkpoints === undefined && every === undefined;
  const chosen = line.filter(({ checkpoint }) => all || isMeant(checkpoint.step));
  if (missing.length === 0 && chosen.length > 0) return chosen;
  const step = missing.length > 0 && steps.length > 0 ? missing.join(', ') : undefined;
  throw new KnownError('checkpoint-unknown', lackingCheckpoint({ run, step, steps }));
}
