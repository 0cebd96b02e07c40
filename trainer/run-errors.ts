/** What ends a run, or its engine, before its last step. */
import { KnownError } from '#shared/errors.ts';
import { EngineError } from './engine-client.ts';

/** The engine is gone or stands still; another one may go on. */
export function isEngineLoss(error: unknown): error is KnownError {
  return error instanceof KnownError && (error.code === 'engine-lost' || error.code === 'engine-stalled');
}

export function isInterruption(error: unknown): error is KnownError {
  return error instanceof KnownError && error.code === 'interrupted';
}

/** @param step - the last one that is saved */
export function interruption(run: string, reason: string, step: number): KnownError {
  const message = `Run ${run} was told to stop (${reason}). It is saved at step ${step}: run again and it goes on there.`;
  return new KnownError('interrupted', message);
}

/** Numbers that overflow would do so again, from the same journal; anything else stays as it is. */
export function explained(error: unknown, run: string, step: number): unknown {
  if (!(error instanceof EngineError && error.engineCode === 'NONFINITE')) return error;
  const message =
    `Run ${run} cannot take step ${step}: ${error.message}. The checkpoints before it are kept, and running again ` +
    'would end in the same way. Train under another --name with a lower optim.learningRate or optim.clipNorm.';
  return new KnownError('training-diverged', message, { cause: error });
}
