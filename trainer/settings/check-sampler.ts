import { KnownError } from '#shared/errors.ts';
import type { RunSettings } from './config.ts';

/**
 * vLLM would give log-probabilities of the filtered distribution, which are not those of the policy; the engine's
 * decoder needs the whole model in one process; ours computes in fp32 on a CPU, and so must an engine that is held to it.
 *
 * @throws {KnownError} `config-invalid`
 */
export function checkSampler({ sampler, sampling, engine }: RunSettings): void {
  if (sampler.kind === 'engine' && engine.ranks > 1) {
    throw invalid(
      `An engine of ${engine.ranks} ranks does not sample. Choose --sampler ${onnxCanSample(engine) ? 'onnx' : 'vllm'}, or ` +
        '--set engine.ranks=1.',
    );
  }
  if (sampler.kind === 'onnx' && !onnxCanSample(engine)) {
    throw invalid(
      `The onnx sampler draws in fp32 on the CPU, and the run's engine computes in ${engine.precision} on ${engine.device}. ` +
        'Choose --sampler engine or vllm, or --set engine.device=cpu and engine.precision=fp32.',
    );
  }
  if (sampler.kind === 'vllm' && sampling.topP < 1) {
    throw invalid(
      `The vllm sampler takes no top-p below 1; the run has ${sampling.topP}. Sample with the engine, or set it to 1.`,
    );
  }
}

/** Whether our decoder can draw for a run of such an engine. */
export function onnxCanSample({
  device,
  precision,
}: Pick<RunSettings['engine'], 'device' | 'precision'>): boolean {
  return device === 'cpu' && precision === 'fp32';
}

function invalid(message: string): KnownError {
  return new KnownError('config-invalid', message);
}
