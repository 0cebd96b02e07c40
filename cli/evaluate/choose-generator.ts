import { endpointVersions } from '#functions/admission/endpoint-settings.ts';
import { KnownError } from '#shared/errors.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { findVllm } from '../vllm/find-vllm.ts';
import { requireVllm } from '../vllm/require-vllm.ts';
import { deviceOf, MANAGED_ENDPOINT, servedVersion } from '../vllm/start-servers.ts';

/** Who makes completions, and how exactly it computes. */
export type Generation = Pick<GenerationSpec, 'generator' | 'precision'>;

/** Our decoder. */
export const ONNX: Generation = {
  generator: { kind: 'onnx', version: generatorVersion },
  precision: 'fp32',
};

export interface GeneratorAsk {
  /** `onnx`, `vllm`, `auto`, or a server of `ONESHOT_ENDPOINTS`. */
  readonly name: string;
  /** Of a vLLM that the command starts. */
  readonly precision?: GenerationSpec['precision'];
  /** A deployment's workers make the completions, for which no command starts a server. */
  readonly remote: boolean;
}

/**
 * Who makes the completions of an evaluation. `auto` is vLLM where it is installed for CUDA, else our decoder.
 *
 * @throws {KnownError} `endpoint-unknown`, `endpoints-invalid`, `vllm-missing`, `vllm-version`, `config-invalid`
 */
export async function chooseGenerator(
  { name, precision = 'fp32', remote }: GeneratorAsk,
  env: NodeJS.ProcessEnv,
): Promise<Generation> {
  if (name === 'onnx') return ONNX;
  const listed = endpointVersions(env);
  const version = Object.hasOwn(listed, name) ? listed[name] : undefined;
  if (version !== undefined) return { generator: { kind: 'endpoint', name, version }, precision };
  if (name === 'auto') {
    const found = remote ? null : await findVllm(env);
    return found && deviceOf(found) === 'cuda' ? managed(servedVersion(found, precision), precision) : ONNX;
  }
  if (name !== MANAGED_ENDPOINT) {
    const known = ['auto', 'onnx', MANAGED_ENDPOINT, ...Object.keys(listed)].join(', ');
    throw new KnownError(
      'endpoint-unknown',
      `There is no generator "${name}", but ${known}. List a server of your own in ONESHOT_ENDPOINTS.`,
    );
  }
  if (remote) {
    throw new KnownError(
      'config-invalid',
      "A deployment's workers start no vLLM. Name a server that the deployment allows, or leave --generator out.",
    );
  }
  return managed(servedVersion(await requireVllm(env), precision), precision);
}

/** Whether a generation needs a server that the command starts. */
export function needsServer({ generator }: Generation, env: NodeJS.ProcessEnv): boolean {
  return (
    generator.kind === 'endpoint' &&
    generator.name === MANAGED_ENDPOINT &&
    !Object.hasOwn(endpointVersions(env), MANAGED_ENDPOINT)
  );
}

function managed(version: string, precision: Generation['precision']): Generation {
  return { generator: { kind: 'endpoint', name: MANAGED_ENDPOINT, version }, precision };
}
