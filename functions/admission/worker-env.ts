import { z } from 'zod';
import type { WorkerLimits } from './decoder-fit.ts';

/** What plan and the API are told of the workers of the generate stage. */
export const WorkerEnv = z.object({
  /** Which its price depends on as well. */
  GENERATE_MEMORY_MIB: z.coerce.number().positive(),
  GENERATE_DISK_BYTES: z.coerce.number().positive(),
  GENERATE_TIMEOUT_SECONDS: z.coerce.number().positive(),
  /** `container`: whoever runs them chooses their size, and only what no machine holds fails there. */
  GENERATE_HOST: z.enum(['lambda', 'container']).default('lambda'),
});

/** Of the workers of this machine, which nobody limits. */
export const UNLIMITED: WorkerLimits = {
  memoryMib: Number.POSITIVE_INFINITY,
  diskBytes: Number.POSITIVE_INFINITY,
  turnSeconds: Number.POSITIVE_INFINITY,
};

export function workerLimits(env: z.infer<typeof WorkerEnv>): WorkerLimits {
  if (env.GENERATE_HOST === 'container') return UNLIMITED;
  return {
    memoryMib: env.GENERATE_MEMORY_MIB,
    diskBytes: env.GENERATE_DISK_BYTES,
    turnSeconds: env.GENERATE_TIMEOUT_SECONDS,
  };
}
