import type { EngineClient } from '../engine-client/engine-client.ts';
import { concat, split } from '../rollouts/sequences.ts';
import type { Sampler } from './sampler.ts';

/** The engine samples from the weights that it trains: there is nothing to bring anywhere. */
export function engineSampler(engine: EngineClient): Sampler {
  let published: number | undefined;
  return {
    publish: async (version) => {
      published = version;
    },
    version: () => published,
    sample: async ({ prompts, stop, samples, temperature, topP, maxTokens, seed, step }) => {
      const { tensors } = await engine.call(
        'sample',
        { samples, temperature, topP, maxTokens, seed, step, stop: [...stop] },
        {
          tokens: concat(Int32Array, prompts),
          lengths: Int32Array.from(prompts, ({ length }) => length),
          rows: Int32Array.from(prompts, (_, row) => row),
        },
      );
      const lengths = tensors['lengths'] as Int32Array;
      const tokens = split(tensors['tokens'] as Int32Array, lengths);
      const logprobs = split(tensors['logprobs'] as Float32Array, lengths);
      const stopped = tensors['stopped'] as Uint8Array;
      return tokens.map((each, b) => ({
        tokens: each,
        logprobs: logprobs[b] as Float32Array,
        stopped: !!stopped[b],
      }));
    },
  };
}
