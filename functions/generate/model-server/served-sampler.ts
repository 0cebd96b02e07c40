import type { GpuLock } from '#shared/adapters/vllm/gpu-lock.ts';
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import type { EndpointClient } from '../endpoint/endpoint-client.ts';
import { endpointSampler } from '../endpoint/endpoint-sampler.ts';
import type { EndpointText } from '../endpoint/endpoint-text.ts';
import type { Sampler } from '../sampler.ts';
import type { ModelServer } from './model-server.ts';

export interface ServedSamplerOptions {
  readonly server: ModelServer;
  readonly client: EndpointClient;
  readonly text: EndpointText;
  /** Name under which the server serves whatever it holds. */
  readonly servedModel: string;
  readonly concurrency: number;
  readonly lock: GpuLock;
  /** Whether the server gives its memory back between two batches, since others want the GPU. */
  readonly sleeps: boolean;
  readonly log: (entry: LogEntry) => void;
}

/** Times that a batch begins anew because the server was lost, before its message is given back. */
const RESTARTS = 2;

/**
 * Samples from a model server that this worker manages. Before and after each batch the server must say that it holds
 * the model; otherwise the batch, and with it the part of the shard, is discarded.
 *
 * @throws {KnownError} from `complete`: `policy-changed`, and as `ModelServer` and `endpointSampler` do
 */
export function servedSampler(spec: GenerationSpec, options: ServedSamplerOptions): Sampler {
  const { server, servedModel: model, concurrency, lock, sleeps } = options;
  const { client, text, log } = options;

  const once: Sampler['complete'] = async (items, problems, turn) => {
    await server.hold(spec.model);
    const completions = await server.whileAlive((signal) =>
      endpointSampler(spec, { client, text, model, concurrency, signal }).complete(items, problems, turn),
    );
    await server.check(spec.model);
    return completions;
  };
  const untilAnswered: Sampler['complete'] = async (items, problems, turn) => {
    for (let restarts = 0; ; restarts++) {
      try {
        return await once(items, problems, turn);
      } catch (error) {
        const isLoss = error instanceof KnownError && hasRole(error.code, 'server-loss');
        if (!isLoss || restarts === RESTARTS) throw error;
        log({ level: 'error', event: 'model-server-lost', code: error.code, detail: error.message });
      }
    }
  };

  return {
    policy: 'verified',
    batch: concurrency,
    complete: (items, problems, turn) =>
      lock(async () => {
        try {
          return await untilAnswered(items, problems, turn);
        } finally {
          if (sleeps) await server.rest();
        }
      }),
  };
}
