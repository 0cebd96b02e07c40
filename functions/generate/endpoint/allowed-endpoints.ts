import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '#shared/adapters/http/exchange.ts';
import { REQUEST_MS } from '#shared/adapters/vllm/time-limits.ts';
import { KnownError } from '#shared/errors.ts';
import { type EndpointSettings, endpointSettings } from '../../admission/endpoint-settings.ts';
import { keepLatest } from '../policy/keep-latest.ts';
import type { Endpoints, MakeSampler } from '../sampler.ts';
import { endpointClient } from './endpoint-client.ts';
import type { RetryPolicy } from './endpoint-retry.ts';
import { endpointSampler } from './endpoint-sampler.ts';
import { loadEndpointText } from './endpoint-text.ts';

/** Enough for a server that is starting or busy for 15 s; the message comes again after longer pauses. */
export const ENDPOINT_RETRY: RetryPolicy = {
  tries: 6,
  firstPauseMs: 500,
  pause: async (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * The model servers of `ONESHOT_ENDPOINTS`, each asked only when a generation names it. Their completions are
 * `claimed`: what such a server has loaded is its operator's word.
 *
 * @param fetchModel - a checked folder of a model, for its tokenizer and chat template
 * @throws {KnownError} `endpoints-invalid`
 */
export function endpointSamplers(
  env: NodeJS.ProcessEnv,
  fetchModel: (digest: string) => Promise<string>,
): Endpoints {
  const textOf = latestText(fetchModel);
  const samplers = [...endpointSettings(env)].map(([name, settings]) => {
    const client = endpointClient({
      name,
      url: settings.url,
      apiKey: apiKeyOf(settings, env),
      exchange,
      retry: ENDPOINT_RETRY,
      requestMs: REQUEST_MS,
    });
    const { model, concurrency } = settings;
    const sampler: MakeSampler = async (spec) => {
      const { text } = await textOf(spec.model);
      return endpointSampler(spec, { client, text, model: model ?? spec.model, concurrency });
    };
    return [name, sampler] as const;
  });
  return Object.fromEntries(samplers);
}

/** Remembers the text of the last model: checking a folder reads all of it. */
export function latestText(fetchModel: (digest: string) => Promise<string>) {
  const release = async () => undefined;
  return keepLatest(async (model: string) => ({
    text: await loadEndpointText(await fetchModel(model)),
    release,
  }));
}

/** The key of a server, where it has one. @throws {KnownError} `endpoints-invalid` for a variable that holds none */
export function apiKeyOf({ apiKeyVariable }: EndpointSettings, env: NodeJS.ProcessEnv): string | undefined {
  if (apiKeyVariable === undefined) return undefined;
  const key = env[apiKeyVariable];
  if (key) return key;
  throw new KnownError('endpoints-invalid', `The environment variable ${apiKeyVariable} holds no API key.`);
}
