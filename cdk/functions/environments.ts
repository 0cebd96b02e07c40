import type { z } from 'zod';
import type { ApiEnv } from '#functions/api/connect.ts';
import type { GenerateEnv } from '#functions/generate/connect.ts';
import type { PlanEnv } from '#functions/plan/connect.ts';
import type { RetryEnv } from '#functions/stage/retry-pause.ts';
import type { WorkspaceEnv } from '#functions/stage/workspace-env.ts';
import type { SweepEnv } from '#functions/sweep/lambda.ts';
import {
  type Limits,
  MAX_RECEIVES,
  modelCacheBytes,
  SWEEP_MINUTES,
  VISIBILITY_PER_TIMEOUT,
} from '../limits.ts';
import { version } from '../package-version.ts';
import { endpointsOf, type Settings } from '../settings.ts';
import type { FunctionName } from './function-name.ts';
import type { Resources } from './grant.ts';

/** Seconds before a failed message comes again for the first time; on an emulator somebody waits for it. */
const RETRY_PAUSE_SECONDS = { aws: 30, emulator: 0.2 } as const;

/** The environment of each function. `satisfies` holds it to what that function parses. */
export function environments(
  { bucket, queues }: Resources,
  settings: Settings,
  limits: Limits,
): Readonly<Record<FunctionName, Readonly<Record<string, string>>>> {
  const { target, generator } = settings;
  const endpoints = endpointsOf(settings);
  const workspace = {
    BUCKET_NAME: bucket.bucketName,
    PLAN_QUEUE_URL: queues.plan.queueUrl,
    GENERATE_QUEUE_URL: queues.generate.queueUrl,
    VERIFY_QUEUE_URL: queues.verify.queueUrl,
  } satisfies z.input<typeof WorkspaceEnv>;
  const retry = { RETRY_PAUSE_SECONDS: `${RETRY_PAUSE_SECONDS[target]}` } satisfies z.input<typeof RetryEnv>;
  const servers = endpoints === undefined ? {} : { ONESHOT_ENDPOINTS: endpoints };
  const capacity = {
    ...servers,
    GENERATE_HOST: generator === 'lambda' ? ('lambda' as const) : ('container' as const),
    GENERATE_MEMORY_MIB: `${limits.generate.memoryMib}`,
    GENERATE_DISK_BYTES: `${modelCacheBytes(limits.generate)}`,
    GENERATE_TIMEOUT_SECONDS: `${limits.generate.timeoutSeconds}`,
  };
  const plan = { ...workspace, ...capacity } satisfies z.input<typeof PlanEnv>;
  const generate = {
    ...workspace,
    MODEL_CACHE_BYTES: `${modelCacheBytes(limits.generate)}`,
  } satisfies z.input<typeof GenerateEnv>;
  const sweep = {
    ...workspace,
    PATIENCE_SECONDS: `${target === 'aws' ? patienceSeconds(limits) : 60}`,
    INTERVAL_SECONDS: `${SWEEP_MINUTES[target] * 60}`,
  } satisfies z.input<typeof SweepEnv>;
  const concurrency = {
    PLAN_CONCURRENCY: `${limits.plan.maxConcurrency}`,
    ...(generator === 'lambda' ? { GENERATE_CONCURRENCY: `${limits.generate.maxConcurrency}` } : {}),
    VERIFY_CONCURRENCY: `${limits.verify.maxConcurrency}`,
  };
  const api = { ...workspace, ...capacity, ...concurrency, VERSION: version } satisfies z.input<
    typeof ApiEnv
  >;
  return {
    plan: { ...plan, ...retry },
    generate: { ...generate, ...servers, ...retry },
    verify: { ...workspace, ...retry },
    'dead-letter': { ...workspace, ...retry },
    sweep,
    api,
  };
}

/** A message may live for all its deliveries, each hidden for as long as its queue does; the longest is generate's. */
function patienceSeconds({ generate }: Limits): number {
  return MAX_RECEIVES * VISIBILITY_PER_TIMEOUT * generate.timeoutSeconds;
}
