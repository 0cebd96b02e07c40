import { KnownError } from '#shared/errors.ts';
import type { Sampler } from './sampler.ts';

/** A sampler for whose completions nobody waits once the driver is told to stop, wherever they are drawn. */
export function interruptibleSampler(sampler: Sampler, interruption: AbortSignal): Sampler {
  return {
    publish: (version) => unlessAborted(() => sampler.publish(version), interruption),
    sample: (ask) => unlessAborted(() => sampler.sample(ask), interruption),
  };
}

/** @throws {KnownError} `interrupted` */
async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const error = new KnownError('interrupted', 'Sampling was given up.');
  if (signal.aborted) throw error;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(error);
    signal.addEventListener('abort', onAbort);
  });
  return Promise.race([work(), aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
