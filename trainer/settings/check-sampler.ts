import { KnownError } from '#shared/errors.ts';
import type { RunSettings } from './config.ts';

/**
 * vLLM would give log-probabilities of the filtered distribution, which are not those of the policy; the engine's
 * decoder needs the whole model in one process.
 *
 * @throws {KnownError} `config-invalid`
 */
export function checkSampler({ sampler, sampling, engine }: RunSettings): void {
  if (sampler.kind === 'engine' && engine.ranks > 1) {
    throw new KnownError(
      'config-invalid',
      `An engine of ${engine.ranks} ranks does not sample. Choose --sampler vllm, or --set engine.ranks=1.`,
    );
  }
  if (sampler.kind !== 'vllm' || sampling.topP === 1) return;
  throw new KnownError(
    'config-invalid',
    `The vllm sampler takes no top-p below 1; the run has ${sampling.topP}. Sample with the engine, or set it to 1.`,
  );
}
