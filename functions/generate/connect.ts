import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { writeLog } from '#shared/adapters/write-log.ts';
import { sendTo } from '#shared/messaging/send.ts';
import type { Connect } from '../stage/connected-stage.ts';
import { openWorkspaceOf, WorkspaceEnv } from '../stage/workspace-env.ts';
import { generate } from './app.ts';
import { endpointSamplers } from './endpoint/allowed-endpoints.ts';
import { connectModelServer } from './model-server/connect-model-server.ts';
import { keepLatest } from './policy/keep-latest.ts';
import { loadPolicy } from './policy/load-policy.ts';
import { modelCache } from './policy/model-cache.ts';
import { roundedModels } from './policy/rounded-models.ts';
import { type OnLoad, toldLoad } from './sampler.ts';
import { type DecoderModel, samplerOf } from './sampler-of.ts';

export const GenerateEnv = WorkspaceEnv.extend({
  MODEL_CACHE: z.string().default('/tmp/models'),
  MODEL_CACHE_BYTES: z.coerce.number().positive(),
});

export const connectGenerate: Connect = async (environment, { remainingMs }) => {
  const env = GenerateEnv.parse(environment);
  const { store, queues } = await openWorkspaceOf(env);
  const cache = modelCache({
    store,
    folder: env.MODEL_CACHE,
    maxBytes: env.MODEL_CACHE_BYTES,
    keepMs: 0, // nobody else uses it
    clock: { now: Date.now },
  });
  const fetchModel = (model: string) => cache.whole(model);
  const fetchRounded = roundedModels({ store, cache, pause: sleep, log: writeLog });
  const threads = availableParallelism();
  const load = keepLatest(
    async ({ model, precision }: DecoderModel, onLoad: OnLoad) => {
      const folder =
        precision === 'fp32'
          ? await toldLoad('fetch', onLoad, () => fetchModel(model))
          : await fetchRounded({ model, precision }, onLoad);
      return toldLoad('open', onLoad, () => loadPolicy(folder, { threads, precision }));
    },
    ({ model, precision }) => `${model} ${precision}`,
  );
  const managed = connectModelServer(environment, { fetchModel, log: writeLog });
  const endpoints = { ...endpointSamplers(environment, fetchModel), ...managed.endpoints };
  const app = generate({
    store,
    send: sendTo(queues),
    sampler: samplerOf({ store, load, endpoints }),
    remainingMs,
    log: writeLog,
  });
  writeLog({ level: 'info', event: 'worker-started', seconds: performance.now() / 1000 });
  return { app, store, queue: queues.generate };
};
