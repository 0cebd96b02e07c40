/**
 * Samples from a vLLM server that this worker starts, loads and watches.
 *
 * `model-server.ts` is the server and the model that it holds; `shared/adapters/vllm/` starts it and speaks to it.
 * `served-sampler.ts` samples while the server lives, in turns with a trainer on the same GPU.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { gpuLock, unshared } from '#shared/adapters/vllm/gpu-lock.ts';
import { vllmStarter } from '#shared/adapters/vllm/start-vllm.ts';
import { HEALTH_MS, LOAD_MS, REQUEST_MS } from '#shared/adapters/vllm/time-limits.ts';
import { SERVED_MODEL } from '#shared/adapters/vllm/vllm-command.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { type EndpointSettings, endpointSettings } from '../../admission/endpoint-settings.ts';
import { apiKeyOf, ENDPOINT_RETRY, latestText } from '../endpoint/allowed-endpoints.ts';
import { endpointClient } from '../endpoint/endpoint-client.ts';
import type { Endpoints, MakeSampler } from '../sampler.ts';
import { ModelServer } from './model-server.ts';
import { servedSampler } from './served-sampler.ts';
import { VllmSettings } from './vllm-settings.ts';

export interface ModelServerHost {
  /** A checked folder of a model, which the server sees under the same path. */
  readonly fetchModel: (digest: string) => Promise<string>;
  readonly log: (entry: LogEntry) => void;
}

/** A manager, by the name of its endpoint, and how to end the server that it started. */
export interface ConnectedModelServer {
  readonly endpoints: Endpoints;
  stop(): Promise<void>;
}

/** The clone, where this file lies in its room, or the package, whose bundles lie one folder below it. */
const root = resolve(
  import.meta.dirname,
  basename(import.meta.dirname) === 'model-server' ? '../../..' : '..',
);

/**
 * The manager that the environment asks for; no endpoint where it asks for none. The server starts with the first
 * message and ends with this process.
 *
 * @throws {KnownError} `endpoints-invalid` where `ONESHOT_ENDPOINTS` does not list the server to manage
 */
export function connectModelServer(env: NodeJS.ProcessEnv, host: ModelServerHost): ConnectedModelServer {
  if (!env['MODEL_SERVER_ENDPOINT']) return { endpoints: {}, stop: async () => undefined };
  const settings = VllmSettings.parse(env);
  const endpoint = endpointSettings(env).get(settings.endpoint);
  if (!endpoint) throw unlisted(settings.endpoint);
  const apiKey = apiKeyOf(endpoint, env);
  const server = managedServer(settings, { ...endpoint, apiKey }, host);
  const sampler = makeServedSampler(server, settings, { ...endpoint, apiKey }, host);
  return { endpoints: { [settings.endpoint]: sampler }, stop: () => server.stop() };
}

function managedServer(
  settings: VllmSettings,
  { url, model: servedModel = SERVED_MODEL, apiKey }: EndpointSettings & { apiKey: string | undefined },
  { fetchModel, log }: ModelServerHost,
): ModelServer {
  const control = vllmControl({ url, exchange, loadMs: LOAD_MS, healthMs: HEALTH_MS });
  return new ModelServer({
    fetchModel: async (digest) => resolve(await fetchModel(digest)),
    shapeOf: async (folder) => sha256Hex(await readFile(join(folder, 'config.json'))),
    control,
    start:
      settings.program === ''
        ? undefined
        : vllmStarter(settings, { url, servedModel, apiKey, control, root, log }),
    pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    heartbeatMs: settings.heartbeatMs,
    patienceMs: settings.startMs,
    log,
  });
}

function makeServedSampler(
  server: ModelServer,
  { endpoint: name, gpuLock: lockName, sleeps }: VllmSettings,
  {
    url,
    concurrency,
    model: servedModel = SERVED_MODEL,
    apiKey,
  }: EndpointSettings & { apiKey: string | undefined },
  { fetchModel, log }: ModelServerHost,
): MakeSampler {
  // A server that is gone is started anew; waiting for it is of no use.
  const retry = { ...ENDPOINT_RETRY, tries: 2 };
  const client = endpointClient({ name, url, apiKey, exchange, retry, requestMs: REQUEST_MS });
  const lock = lockName === undefined ? unshared : gpuLock(lockName);
  const textOf = latestText(fetchModel);
  return async (spec) => {
    const { text } = await textOf(spec.model);
    return servedSampler(spec, { server, client, text, servedModel, concurrency, lock, sleeps, log });
  };
}

function unlisted(name: string): KnownError {
  return new KnownError(
    'endpoints-invalid',
    `MODEL_SERVER_ENDPOINT names "${name}", which ONESHOT_ENDPOINTS does not list. ` +
      `Add it, such as {"${name}": {"url": "http://127.0.0.1:8000"}}.`,
  );
}
