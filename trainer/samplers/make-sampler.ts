import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { HEALTH_MS, LOAD_MS, REQUEST_MS } from '#shared/adapters/vllm/time-limits.ts';
import { vllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import { KnownError } from '#shared/errors.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { Claim } from '../resume/claim.ts';
import type { RunConfig } from '../settings/config.ts';
import { engineSampler } from './engine-sampler.ts';
import type { Sampler } from './sampler.ts';
import { vllmClient } from './vllm-client.ts';
import { vllmSampler } from './vllm-sampler.ts';

export interface SamplerPlace {
  /** A folder of our own. */
  readonly scratch: string;
  readonly canaryPrompt: Int32Array;
  readonly log: (event: DriverEvent) => void;
}

/** Longer than a server takes to start with a large model. */
const PATIENCE_MS = 900_000;

/**
 * The sampler that a run's config names; where its server is comes from `ONESHOT_SAMPLER_URL`.
 *
 * @throws {KnownError} `sampler-needed`
 */
export function makeSampler(
  { sampler, sampling }: Pick<RunConfig, 'sampler' | 'sampling'>,
  { scratch, canaryPrompt, log }: SamplerPlace,
  env: NodeJS.ProcessEnv,
): (engine: EngineClient, claim: Claim) => Sampler {
  if (sampler.kind === 'engine') return engineSampler;
  const url = samplerUrl(env);
  const { concurrency, maxMismatch: bound } = sampler;
  const control = vllmControl({ url, exchange, loadMs: LOAD_MS, healthMs: HEALTH_MS });
  const client = vllmClient({ url, exchange, requestMs: REQUEST_MS });
  return (engine, { run, incarnation }) =>
    vllmSampler(
      {
        control,
        client,
        exportWeights: async (directory) => void (await engine.call('export_hf', { directory })),
        score: (prompt, completion, temperature) => score(engine, prompt, completion, temperature),
        pause: async (ms) => sleep(ms),
        log,
      },
      {
        folder: join(scratch, 'published'),
        name: `${run}-${incarnation}-${randomUUID().slice(0, 8)}`,
        concurrency,
        patienceMs: PATIENCE_MS,
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

/** The address of the vLLM server. @throws {KnownError} `sampler-needed` */
export function samplerUrl(env: NodeJS.ProcessEnv): string {
  const url = env['ONESHOT_SAMPLER_URL'] ?? '';
  if (/^https?:\/\/[^\s?#]+$/.test(url)) return url.replace(/\/+$/, '');
  throw new KnownError(
    'sampler-needed',
    `The run samples from a vLLM server, and ONESHOT_SAMPLER_URL ${url ? `("${url}") is no address` : 'names none'}. ` +
      'Start one as docs/vllm-sampler.md says and set it, such as http://127.0.0.1:8000.',
  );
}
