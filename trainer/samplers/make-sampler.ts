import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { HEALTH_MS, LOAD_MS, REQUEST_MS } from '#shared/adapters/vllm/time-limits.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import { KnownError } from '#shared/errors.ts';
import { type EngineClient, EngineError } from '../engine-client/engine-client.ts';
import type { Claim } from '../resume/claim.ts';
import type { RunConfig } from '../settings/config.ts';
import { engineSampler } from './engine-sampler.ts';
import type { Sampler } from './sampler.ts';
import { samplerServers, type Turns } from './server-env.ts';
import { vllmClient } from './vllm-client.ts';
import { VllmSampler } from './vllm-sampler.ts';

export interface SamplerPlace {
  /** A folder of our own, which the servers see under the same path. */
  readonly published: string;
  readonly canaryPrompt: Int32Array;
  readonly turns: Turns;
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
  { sampler, sampling }: Pick<RunConfig, 'sampler' | 'sampling'>,
  { published: folder, canaryPrompt, turns, log }: SamplerPlace,
  env: NodeJS.ProcessEnv,
): (engine: EngineClient, claim: Claim) => Sampler {
  if (sampler.kind === 'engine') return engineSampler;
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
        exportWeights: async (directory) => {
          await engine.call('publish_hf', { directory, dtype }).catch((error: unknown) => {
            throw error instanceof EngineError && error.engineCode === 'DISK' ? unpublished(error) : error;
          });
        },
        score: (prompt, completion, temperature) => score(engine, prompt, completion, temperature),
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

async function score(
  engine: EngineClient,
  prompt: Int32Array,
  completion: Int32Array,
  temperature: number,
): Promise<Float32Array> {
  const { tensors } = await engine.call(
    'forward',
    { slot: 'policy', temperature },
    {
      tokens: Int32Array.of(...prompt, ...completion),
      lengths: Int32Array.of(prompt.length + completion.length),
      promptLengths: Int32Array.of(prompt.length),
    },
  );
  return tensors.logprobs;
}

function unpublished(cause: EngineError): KnownError {
  const message =
    `The policy cannot be handed to the sampler. ${cause.message}. Make room there, or name a folder with more of it in ` +
    'ONESHOT_PUBLISH, and run the same command again: it goes on from the last checkpoint.';
  return new KnownError('publication-unwritable', message, { cause });
}
