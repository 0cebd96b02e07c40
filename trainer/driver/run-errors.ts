/** What ends a run, or its engine, before its last step. */
import { hasRole } from '#shared/error-codes/codes.ts';
import { hasCode, KnownError } from '#shared/errors.ts';
import { EngineError } from '../engine-client/engine-client.ts';

/** The engine is gone or stands still; another one may go on. */
export function isEngineLoss(error: unknown): error is KnownError {
  return error instanceof KnownError && hasRole(error.code, 'engine-loss');
}

export function isInterruption(error: unknown): error is KnownError {
  return hasCode(error, 'interrupted');
}

/** A service does not answer at the moment: a driver that is started again later goes on. */
export function isOutage(error: unknown): boolean {
  return error instanceof KnownError && hasRole(error.code, 'outage');
}

/** @param step - the last one that is saved */
export function interruption(run: string, reason: string, step: number): KnownError {
  const message = `Run ${run} was told to stop (${reason}). It is saved at step ${step}: run again and it goes on there.`;
  return new KnownError('interrupted', message);
}

/** What the user can do about it, where the engine cannot know; anything else stays as it is. */
export function explained(error: unknown, run: string, step: number): unknown {
  // Of the decoder, where it draws from what the engine has made.
  if (hasCode(error, 'weight-nonfinite') || hasCode(error, 'logits-nonfinite'))
    return diverged(error, run, step);
  if (!(error instanceof EngineError)) return error;
  if (error.engineCode === 'NONFINITE') return diverged(error, run, step);
  if (error.engineCode === 'DISK') return unwritten(error, run);
  return error;
}

/** Numbers that overflow would do so again, from the same journal. */
function diverged(error: KnownError, run: string, step: number): KnownError {
  const message =
    `Run ${run} cannot take step ${step}: ${error.message}. The checkpoints before it are kept, and running again ` +
    'would end in the same way. Train under another --name with a lower optim.learningRate or optim.clipNorm.';
  return new KnownError('training-diverged', message, { cause: error });
}

function unwritten(error: EngineError, run: string): KnownError {
  const message =
    `Run ${run} cannot be saved. ${error.message}. Make room there, or move the folder of --home to a larger disk, ` +
    'and run again: it goes on from the last checkpoint, and replays the steps after it.';
  return new KnownError(error.code, message, { cause: error });
}
