import type { EngineClient } from '../engine-client/engine-client.ts';
import { concat, split } from '../engine-client/ragged-arrays.ts';
import type { Sampler } from './sampler.ts';

/** The engine samples from the weights that it trains: there is nothing to bring anywhere. */
export function engineSampler(engine: EngineClient): Sampler {
  return {
    publish: async () => {},
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
      const { lengths, stopped } = tensors;
      const logprobs = split(tensors.logprobs, lengths);
      return split(tensors.tokens, lengths).map((tokens, b) => ({
        tokens,
        logprobs: logprobs[b] as Float32Array, // one for each length
        stopped: stopped[b] === 1,
      }));
    },
  };
}
