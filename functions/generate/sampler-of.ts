import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { type LoadedPolicy, policySampler } from './policy/policy-sampler.ts';
import { recordedSampler } from './recorded-sampler.ts';
import type { Endpoints, MakeSampler } from './sampler.ts';

export interface SamplerPorts {
  readonly store: ObjectStore;
  /** Loads a model by its digest, for our decoder. */
  readonly load: (model: string) => Promise<LoadedPolicy>;
  /** Completions in one batch of the decoder. */
  readonly batch: number;
  readonly endpoints: Endpoints;
}

/** The sampler of a generation, by the kind of its generator. */
export function samplerOf({ store, load, batch, endpoints }: SamplerPorts): MakeSampler {
  return async (spec) => {
    const { generator } = spec;
    switch (generator.kind) {
      case 'onnx':
        return policySampler(await load(spec.model), spec, batch);
      case 'recorded':
        return recordedSampler(generator.completions, store);
      case 'endpoint': {
        const endpoint = Object.hasOwn(endpoints, generator.name) ? endpoints[generator.name] : undefined;
        if (endpoint) return endpoint(spec);
        throw new KnownError('endpoint-unknown', `This worker knows no endpoint "${generator.name}".`);
      }
      default:
        return generator satisfies never;
    }
  };
}
