import { expectedTokens } from '#shared/benchmarks/registry.ts';
import { sendAllTo } from '#shared/messaging/send.ts';
import { endpointVersions } from '../admission/endpoint-settings.ts';
import { lambdaCost } from '../admission/lambda-cost.ts';
import { WorkerEnv, workerLimits } from '../admission/worker-env.ts';
import type { Connect } from '../stage/connected-stage.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { plan } from './app.ts';

export const PlanEnv = WorkspaceEnv.extend({
  ...WorkerEnv.shape,
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
      worker: workerLimits(env),
      costUsd: lambdaCost(env.GENERATE_MEMORY_MIB),
      endpoints: Object.keys(endpointVersions(environment)),
    },
  });
  return { app, store, queue: queues.plan };
};
