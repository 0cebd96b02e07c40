import { z } from 'zod';
import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { sendAllTo } from '#shared/messaging/send.ts';
import { endpointVersions } from '../admission/endpoint-settings.ts';
import { lambdaCost } from '../admission/lambda-cost.ts';
import type { Connect } from '../stage/connected-stage.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { plan } from './app.ts';

export const PlanEnv = WorkspaceEnv.extend({
  /** Largest model that a generate worker can hold and load in time, bytes of its policy files. */
  MAX_MODEL_BYTES: z.coerce.number().positive(),
  /** Memory of a generate worker, which its price depends on. */
  GENERATE_MEMORY_MIB: z.coerce.number().positive(),
});

export const connectPlan: Connect = async (environment) => {
  const env = PlanEnv.parse(environment);
  const { store, queues } = await openWorkspaceOf(env);
  const app = plan({
    store,
    clock: { now: Date.now },
    sendAll: sendAllTo(queues),
    expectedTokens,
    capacity: {
      maxModelBytes: env.MAX_MODEL_BYTES,
      costUsd: lambdaCost(env.GENERATE_MEMORY_MIB),
      endpoints: Object.keys(endpointVersions(environment)),
    },
  });
  return { app, store, queue: queues.plan };
};
