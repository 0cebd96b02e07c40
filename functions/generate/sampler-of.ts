import { KnownError } from '#shared/errors.ts';
import { WEIGHT_PRECISIONS, type WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { type LoadedPolicy, policySampler } from './policy/policy-sampler.ts';
import { recordedSampler } from './recorded-sampler.ts';
import type { Endpoints, MakeSampler, OnLoad } from './sampler.ts';

/** What our decoder loads: a stored model, and what its matrices are rounded to. */
export interface DecoderModel {
  readonly model: string;
  readonly precision: WeightPrecision;
}

export interface SamplerPorts {
  readonly store: ObjectStore;
  readonly load: (model: DecoderModel, onLoad: OnLoad) => Promise<LoadedPolicy>;
  readonly endpoints: Endpoints;
}

/** The sampler of a generation, by the kind of its generator. */
export function samplerOf({ store, load, endpoints }: SamplerPorts): MakeSampler {
  return async (spec, onLoad) => {
    const { generator } = spec;
    switch (generator.kind) {
      case 'onnx':
        return policySampler(
          await load({ model: spec.model, precision: decoderPrecision(spec) }, onLoad),
          spec,
        );
      case 'recorded':
        return recordedSampler(generator.completions, store);
      case 'endpoint': {
        const endpoint = Object.hasOwn(endpoints, generator.name) ? endpoints[generator.name] : undefined;
        if (endpoint) return endpoint(spec, onLoad);
        throw new KnownError('endpoint-unknown', `This worker knows no endpoint "${generator.name}".`);
      }
      default:
        return generator satisfies never;
    }
  };
}

function decoderPrecision({ precision }: GenerationSpec): WeightPrecision {
  const known = WEIGHT_PRECISIONS.find((each) => each === precision);
  if (known) return known;
  throw new KnownError(
    'precision-unsupported',
    `The decoder computes in ${WEIGHT_PRECISIONS.join(', ')}, not in ${precision}. Name one of them, or a model server.`,
  );
}
