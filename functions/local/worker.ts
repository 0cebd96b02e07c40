/** A thread of the local runner: makes and grades completions, as many shards at a time as have room, until its port closes. */
import { parentPort, workerData } from 'node:worker_threads';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { defaultCacheBytes } from '#shared/inference/onnx-generator.ts';
import { ensureQuantised } from '#shared/inference/quantise/quantised-weights.ts';
import { failureEntry, type LogEntry } from '#shared/log-entry.ts';
import { sendTo } from '#shared/messaging/send.ts';
import { generate } from '../generate/app.ts';
import { endpointSamplers } from '../generate/endpoint/allowed-endpoints.ts';
import { connectModelServer } from '../generate/model-server/connect-model-server.ts';
import { keepLatest } from '../generate/policy/keep-latest.ts';
import { loadPolicy } from '../generate/policy/load-policy.ts';
import { modelCache } from '../generate/policy/model-cache.ts';
import { type OnLoad, toldLoad } from '../generate/sampler.ts';
import { type DecoderModel, samplerOf } from '../generate/sampler-of.ts';
import { verify } from '../verify/app.ts';
import { madeEntries } from './made-entries.ts';
import { pollSideBySide } from './poll.ts';
import { ShardRoom } from './shard-room.ts';
import type { WorkerSettings } from './worker-settings.ts';

/** Checkpoints of a long run would fill the disk. */
const CACHE_BYTES = 50e9;
/** Longer than another thread takes from asking for a model to having loaded it. */
const KEEP_MS = 600_000;

const { home, threads, workers, visibilitySeconds } = workerData as WorkerSettings; // as `main.ts` sends it
const { store, queues, cache } = openWorkspace(home);
const models = modelCache({
  store,
  folder: cache,
  maxBytes: CACHE_BYTES,
  keepMs: KEEP_MS,
  clock: { now: Date.now },
});
const fetchModel = (model: string) => models.whole(model);
const cacheBytes = defaultCacheBytes() / workers;
const load = keepLatest(
  async ({ model, precision }: DecoderModel, onLoad: OnLoad) => {
    const folder = await toldLoad('fetch', onLoad, () => fetchModel(model));
    if (precision !== 'fp32') await toldLoad('round', onLoad, () => ensureQuantised(folder, precision));
    return toldLoad('open', onLoad, () => loadPolicy(folder, { threads, cacheBytes, precision }));
  },
  ({ model, precision }) => `${model} ${precision}`,
);
const log = (entry: LogEntry) => parentPort?.postMessage(entry);
// A server that the command has started; workers ask it in turns.
const managed = connectModelServer(process.env, { fetchModel, log });
const endpoints = { ...endpointSamplers(process.env, fetchModel), ...managed.endpoints };
const common = { store, visibilitySeconds, log };
const grading = { ...common, queue: queues.verify, app: verify({ store }), waitSeconds: 0.2 };
const room = new ShardRoom();
const making = {
  ...common,
  queue: queues.generate,
  app: generate({
    store,
    send: sendTo(queues),
    sampler: samplerOf({ store, load, endpoints }),
    remainingMs: () => Number.POSITIVE_INFINITY,
    onAsked: room.onAsked,
    onMade: madeEntries(log, () => performance.now()),
  }),
  waitSeconds: 0.2,
  room,
};

try {
  await pollSideBySide([grading, making], new AbortController().signal);
} catch (error) {
  log(failureEntry('worker-failed', error));
  process.exitCode = 1; // of this thread
}
