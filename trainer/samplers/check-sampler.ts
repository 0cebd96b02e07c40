import { KnownError } from '#shared/errors.ts';
import type { RunSettings } from '../config.ts';

/**
 * vLLM would give log-probabilities of the filtered distribution, which are not those of the policy.
 *
 * @throws {KnownError} `config-invalid`
 */
export function checkSampler({ sampler, sampling }: RunSettings): void {
  if (sampler.kind !== 'vllm' || sampling.topP === 1) return;
  throw new KnownError(
    'config-invalid',
    `The vllm sampler takes no top-p below 1; the run has ${sampling.topP}. Sample with the engine, or set it to 1.`,
  );
}
