import { z } from 'zod';
import type { VllmLaunch } from '#shared/adapters/vllm/vllm-command.ts';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';

/** How the manager starts and watches its server; from the environment of a GPU worker. */
export const VllmSettings = z
  .object({
    /** Name in `ONESHOT_ENDPOINTS` of the server that this worker manages; absent: none. */
    MODEL_SERVER_ENDPOINT: z.string(),
    /** The `vllm` program; absent: the server runs already, sees this worker's files, and is not started or ended. */
    MODEL_SERVER_COMMAND: z.string().min(1).optional(),
    MODEL_SERVER_DEVICE: z.enum(['cuda', 'cpu']).default('cuda'),
    /** Tokens of prompt and completion together, where the model could take more. */
    MODEL_SERVER_MAX_LENGTH: z.coerce.number().int().positive().default(8192),
    /** Share of the GPU's memory for weights and cache. vLLM's own default. */
    MODEL_SERVER_GPU_MEMORY_SHARE: z.coerce.number().positive().max(1).default(0.9),
    /** Name of the lock that this GPU's trainer takes for its steps; absent: the GPU is not shared. */
    MODEL_SERVER_GPU_LOCK: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/)
      .optional(),
    /** Whether the server gives its memory back between two turns of that lock: false where only requests take turns. */
    MODEL_SERVER_SLEEPS: z.enum(['true', 'false']).default('true'),
    /** Further arguments, as a JSON array, such as `["--tensor-parallel-size","2"]`. */
    MODEL_SERVER_ARGS: z.string().default('[]').transform(jsonOrUndefined).pipe(z.array(z.string())),
    /** Until the server must be ready, seconds: imports take 15 to 100, a large model minutes. */
    MODEL_SERVER_START_SECONDS: z.coerce.number().positive().default(900),
    /** Between two looks at the server's health, seconds. */
    MODEL_SERVER_HEARTBEAT_SECONDS: z.coerce.number().positive().default(5),
    /** Without an answer about its health until a living server is ended, seconds: a CPU build gives none within a pass. */
    MODEL_SERVER_SILENCE_SECONDS: z.coerce.number().positive().default(300),
  })
  .transform((env) => ({
    endpoint: env.MODEL_SERVER_ENDPOINT,
    program: env.MODEL_SERVER_COMMAND ?? '',
    device: env.MODEL_SERVER_DEVICE,
    maxModelLength: env.MODEL_SERVER_MAX_LENGTH,
    gpuMemoryShare: env.MODEL_SERVER_GPU_MEMORY_SHARE,
    gpuLock: env.MODEL_SERVER_GPU_LOCK,
    sleeps: env.MODEL_SERVER_GPU_LOCK !== undefined && env.MODEL_SERVER_SLEEPS === 'true',
    dtype: 'float32' as const,
    extraArgs: env.MODEL_SERVER_ARGS,
    startMs: env.MODEL_SERVER_START_SECONDS * 1000,
    heartbeatMs: env.MODEL_SERVER_HEARTBEAT_SECONDS * 1000,
    silenceMs: env.MODEL_SERVER_SILENCE_SECONDS * 1000,
  })) satisfies z.ZodType<VllmLaunch>;
export type VllmSettings = z.infer<typeof VllmSettings>;
