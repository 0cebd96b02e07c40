import { z } from 'zod';
import { QueueName } from '#shared/messaging/messages.ts';
import { RetryEnv } from '../stage/retry-pause.ts';

/** How a container of a stage polls, beside what its stage asks for. */
export const ContainerEnv = RetryEnv.extend({
  STAGE: QueueName,
  VISIBILITY_SECONDS: z.coerce.number().positive().default(60),
  /** Less than what the host waits between SIGTERM and SIGKILL, 30 s on ECS and Batch. */
  GRACE_SECONDS: z.coerce.number().nonnegative().default(20),
  /** Without a message until this worker ends by itself; absent: it polls until it is stopped. */
  IDLE_SECONDS: z.coerce.number().positive().optional(),
});
