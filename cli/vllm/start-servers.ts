import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { VllmSettings } from '#functions/generate/model-server/vllm-settings.ts';
import { sharedMemory } from '#shared/adapters/disk/shared-memory.ts';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { freePort } from '#shared/adapters/http/free-port.ts';
import type { ServerProcess } from '#shared/adapters/vllm/server-process.ts';
import { vllmStarter } from '#shared/adapters/vllm/start-vllm.ts';
import { HEALTH_MS, LOAD_MS } from '#shared/adapters/vllm/time-limits.ts';
import { SERVED_MODEL } from '#shared/adapters/vllm/vllm-command.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { packageRoot } from '../package/package-root.ts';
import type { Supervised } from '../processes/supervise.ts';
import type { FoundVllm } from './find-vllm.ts';
import { keepRunning } from './keep-running.ts';
import type { Placement } from './place-servers.ts';

/** Name by which an evaluation asks for the server that its command starts. */
export const MANAGED_ENDPOINT = 'vllm';
/** The variable that holds the key of the servers. */
export const KEY_VARIABLE = 'ONESHOT_SAMPLER_KEY';
/** Of the GPU's memory, where the engine keeps weights and optimizer there. */
const SHARED_GPU_SHARE = '0.45';
/** Requests at a time of an evaluation: vLLM's own limit of sequences in a batch. */
export const CONCURRENCY = 256;

/** Servers to start, all with the same model. */
export interface ServersAsk {
  readonly vllm: FoundVllm;
  /** Absolute folder of the first model; others of its shape follow it. */
  readonly folder: string;
  readonly precision: 'fp32' | 'bf16';
  readonly placement: Placement;
  readonly onProblem: (entry: LogEntry) => void;
}

/** Servers that run until they are stopped, and are started again when they die. */
export interface Servers extends Supervised {
  /** What a driver that samples from them, or shares their GPU, needs in its environment. */
  readonly driverEnv: NodeJS.ProcessEnv;
  /** What a runner that evaluates by the first of them needs. */
  readonly runnerEnv: NodeJS.ProcessEnv;
}

/** Where a build of vLLM computes. */
export function deviceOf({ version }: FoundVllm): 'cuda' | 'cpu' {
  return version.endsWith('+cpu') ? 'cpu' : 'cuda';
}

/**
 * Starts vLLM servers on free ports of 127.0.0.1 and waits until they take requests. They end with this process,
 * however that ends; one that dies, or falls silent, is started again, three times in a row at most.
 *
 * @throws {KnownError} `model-server-failed`, `model-server-slow`, `setting-invalid` for a `MODEL_SERVER_…` variable
 */
export async function startServers(ask: ServersAsk, env: NodeJS.ProcessEnv): Promise<Servers> {
  const { placement, onProblem } = ask;
  const launch = launchOf(ask, env);
  const apiKey = randomUUID();
  const stopping = new AbortController();
  const urls = await Promise.all(placement.gpus.map(async () => `http://127.0.0.1:${await freePort()}`));
  const controls = urls.map((url) => vllmControl({ url, exchange, loadMs: LOAD_MS, healthMs: HEALTH_MS }));
  const starters = controls.map((control, i) => {
    const url = urls[i] as string; // as many
    const place = {
      url,
      servedModel: SERVED_MODEL,
      apiKey,
      control,
      root: packageRoot,
      log: () => undefined,
    };
    const start = vllmStarter({ ...launch, gpu: placement.gpus[i] }, { ...place, signal: stopping.signal });
    return () => start(ask.folder);
  });
  const first = await Promise.allSettled(starters.map((start) => start()));
  const started = first.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = first.find((each) => each.status === 'rejected');
  if (failed) {
    await Promise.all(started.map((server) => server.stop()));
    throw failed.reason;
  }
  const publish = env['ONESHOT_PUBLISH'] || (await sharedMemory()) || '';
  const kept = controls.map((control, i) =>
    keepRunning(started[i] as ServerProcess, {
      start: starters[i] as () => Promise<ServerProcess>,
      control,
      ...launch,
      onProblem,
    }),
  );
  return {
    ...environments({ urls, apiKey, publish }, ask, env),
    failure: () => Promise.race(kept.map((server) => server.failure())),
    stop: async () => {
      stopping.abort();
      await Promise.all(kept.map((server) => server.stop()));
    },
  };
}

function launchOf({ vllm, precision, placement }: ServersAsk, env: NodeJS.ProcessEnv) {
  const parsed = VllmSettings.safeParse({
    ...(placement.shares === 'gpu' && { MODEL_SERVER_GPU_MEMORY_SHARE: SHARED_GPU_SHARE }),
    ...env,
    MODEL_SERVER_ENDPOINT: MANAGED_ENDPOINT,
    MODEL_SERVER_COMMAND: vllm.program,
    MODEL_SERVER_DEVICE: deviceOf(vllm),
  });
  if (!parsed.success) throw new KnownError('setting-invalid', z.prettifyError(parsed.error));
  const dtype = precision === 'fp32' ? ('float32' as const) : ('bfloat16' as const);
  return { ...parsed.data, dtype, sleeps: placement.shares === 'gpu' };
}

interface Addresses {
  readonly urls: readonly string[];
  readonly apiKey: string;
  /** Folder through which weights go to them. */
  readonly publish: string;
}

function environments(
  { urls, apiKey, publish }: Addresses,
  { vllm, precision, placement }: ServersAsk,
  env: NodeJS.ProcessEnv,
): Pick<Servers, 'driverEnv' | 'runnerEnv'> {
  const lock = `vllm-${randomUUID().slice(0, 8)}`;
  const key = { [KEY_VARIABLE]: apiKey };
  const sleeps = String(placement.shares === 'gpu'); // elsewhere it would give nothing back that others want
  return {
    driverEnv: {
      ...key,
      ONESHOT_SAMPLER_URL: urls.join(','),
      ONESHOT_SAMPLER_DTYPE: precision,
      ONESHOT_PUBLISH: publish,
      ONESHOT_SERVER_LOCK: lock,
      ONESHOT_SERVER_TURNS: placement.shares === 'nothing' ? 'requests' : 'steps',
      ONESHOT_SERVER_SLEEPS: sleeps,
    },
    runnerEnv: {
      ...key,
      ...listing(String(urls[0]), servedVersion(vllm, precision), env),
      MODEL_SERVER_GPU_LOCK: lock,
      MODEL_SERVER_SLEEPS: sleeps,
    },
  };
}

/** What a stored generation of a server computes in. @throws {KnownError} `precision-unsupported` */
export function serverPrecision({ precision }: Pick<GenerationSpec, 'precision'>): 'fp32' | 'bf16' {
  if (precision === 'fp32' || precision === 'bf16') return precision;
  const message = `vLLM is asked to compute in fp32 or bf16, not in ${precision}. Name one of them, or --generator onnx.`;
  throw new KnownError('precision-unsupported', message);
}

/** A server of ours among those that evaluations may name, to the runner that manages it. */
export function listing(url: string, version: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const endpoint = { url, version, apiKeyVariable: KEY_VARIABLE, concurrency: CONCURRENCY };
  // What the user's own list says was checked when the generator was chosen.
  const others = jsonOrUndefined(env['ONESHOT_ENDPOINTS'] ?? '{}') as object;
  return {
    ONESHOT_ENDPOINTS: JSON.stringify({ ...others, [MANAGED_ENDPOINT]: endpoint }),
    MODEL_SERVER_ENDPOINT: MANAGED_ENDPOINT,
  };
}

/** What makes the completions of a managed server, as part of their identity. */
export function servedVersion({ version }: FoundVllm, precision: 'fp32' | 'bf16'): string {
  return `vllm/${version} ${precision}`;
}
