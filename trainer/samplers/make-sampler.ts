import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { HEALTH_MS, LOAD_MS, REQUEST_MS } from '#shared/adapters/vllm/time-limits.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { Claim } from '../resume/claim.ts';
import type { RunConfig } from '../settings/config.ts';
import { engineSampler } from './engine-sampler.ts';
import { OnnxSampler } from './onnx-sampler.ts';
import { policyOf } from './policy.ts';
import type { Sampler } from './sampler.ts';
import { samplerServers, type Turns } from './server-env.ts';
import { vllmClient } from './vllm-client.ts';
import { VllmSampler } from './vllm-sampler.ts';

export interface SamplerPlace {
  /** A folder of our own, which the servers see under the same path. */
  readonly published: string;
  readonly canaryPrompt: Int32Array;
  readonly turns: Turns;
  /** Aborted when the driver is to end. */
  readonly interruption: AbortSignal;
  /** Told of completions that have ended, where the driver itself draws them. */
  readonly onProgress: (done: number, total: number) => void;
  readonly log: (event: DriverEvent) => void;
}

/** Longer than a server takes to start with a large model. */
const PATIENCE_MS = 900_000;

/**
 * The sampler that a run's config names; where its servers are comes from the environment.
 *
 * @throws {KnownError} `sampler-needed`
 */
export function makeSampler(
  { sampler, sampling, engine: { threads } }: Pick<RunConfig, 'sampler' | 'sampling' | 'engine'>,
  { published: folder, canaryPrompt, turns, log, interruption, onProgress }: SamplerPlace,
  env: NodeJS.ProcessEnv,
): (engine: EngineClient, claim: Claim) => Sampler {
  if (sampler.kind === 'engine') return engineSampler;
  if (sampler.kind === 'onnx') {
    const { maxMismatch } = sampler;
    const settings = { folder, threads, maxMismatch, interruption, onProgress };
    return (engine) => new OnnxSampler(policyOf(engine, 'fp32'), settings);
  }
  const { urls, apiKey } = samplerServers(env);
  const { concurrency, maxMismatch: bound } = sampler;
  const servers = urls.map((url) => ({
    control: vllmControl({ url, exchange, loadMs: LOAD_MS, healthMs: HEALTH_MS }),
    client: vllmClient({ url, apiKey, exchange, requestMs: REQUEST_MS }),
  }));
  const dtype = sampler.dtype ?? (env['ONESHOT_SAMPLER_DTYPE'] === 'bf16' ? 'bf16' : 'fp32');
  return (engine, { run, incarnation }) =>
    new VllmSampler(
      {
        servers,
        policy: policyOf(engine, dtype),
        pause: async (ms) => sleep(ms),
        lock: turns.requests,
        log,
      },
      {
        folder,
        name: `${run}-${incarnation}-${randomUUID().slice(0, 8)}`,
        concurrency,
        patienceMs: PATIENCE_MS,
        sleeps: turns.sleeps,
        canary: { prompt: canaryPrompt, temperature: sampling.temperature, bound },
      },
    );
}
