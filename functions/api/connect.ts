import { z } from 'zod';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import { defined } from '#shared/defined.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { sendTo } from '#shared/messaging/send.ts';
import { endpointVersions } from '../admission/endpoint-settings.ts';
import { lambdaCost } from '../admission/lambda-cost.ts';
import { WorkerEnv, workerLimits } from '../admission/worker-env.ts';
import { statelessSessions } from '../dashboard/browser-sessions.ts';
import { CachedLists } from '../results/cached-lists.ts';
import { queueDepths } from '../stage/queue-depths.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { storedTokens } from '../tokens/stored-tokens.ts';
import type { ApiPorts } from './api-ports.ts';
import { judgesHere } from './verify/judges.ts';

/**
 * Environment of the API on AWS, beside `ONESHOT_ENDPOINTS`; what also stands in plan's must be equal there, since plan
 * decides.
 */
export const ApiEnv = WorkspaceEnv.extend({
  /** Version of the package, for `/healthz`. */
  VERSION: z.string().default('unknown'),
  ...WorkerEnv.shape,
  /** Most completions of one evaluation; the paper's six sets have 2247. */
  MAX_COMPLETIONS: z.coerce.number().int().positive().default(100_000),
  /** Environments of each stage at a time; whoever runs containers for generate chooses how many. */
  PLAN_CONCURRENCY: z.coerce.number().int().positive().optional(),
  GENERATE_CONCURRENCY: z.coerce.number().int().positive().optional(),
  VERIFY_CONCURRENCY: z.coerce.number().int().positive().optional(),
});

/** Less than the 29 s after which API Gateway answers for us. */
const PATIENCE_MS = 20_000;

/** Reads the environment and connects the API to AWS. */
export async function connectApi(
  environment: NodeJS.ProcessEnv,
  log: (entry: LogEntry) => void,
): Promise<ApiPorts> {
  const env = ApiEnv.parse(environment);
  const { store, queues } = await openWorkspaceOf(env);
  const clock = { now: Date.now };
  return {
    ...{ store, clock, log, send: sendTo(queues), lists: new CachedLists(store, clock) },
    depths: () => queueDepths(queues),
    tokens: storedTokens(store),
    sessions: statelessSessions,
    benchmark: benchmarkByName,
    judges: judgesHere(PATIENCE_MS),
    host: {
      version: env.VERSION,
      generatorVersion,
      endpoints: endpointVersions(environment),
      worker: workerLimits(env),
      costUsd: lambdaCost(env.GENERATE_MEMORY_MIB),
      maxCompletions: env.MAX_COMPLETIONS,
      concurrency: defined({
        plan: env.PLAN_CONCURRENCY,
        generate: env.GENERATE_CONCURRENCY,
        verify: env.VERIFY_CONCURRENCY,
      }),
      canStream: false, // API Gateway's HTTP API answers whole responses
      trouble: () => undefined, // the alarms tell
    },
  };
}
