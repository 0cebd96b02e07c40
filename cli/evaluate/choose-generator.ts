import { endpointVersions } from '#functions/admission/endpoint-settings.ts';
import { KnownError } from '#shared/errors.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { GenerationSpec, Precision } from '#shared/records/evaluations.ts';
import { requireVllm } from '../vllm/require-vllm.ts';
import { MANAGED_ENDPOINT, servedVersion, serverPrecision } from '../vllm/start-servers.ts';

/** Who makes completions, and how exactly it computes. */
export type Generation = Pick<GenerationSpec, 'generator' | 'precision'>;

/** Our decoder, in fp32. */
export const ONNX: Generation = decoderIn('fp32');

/** Left to the machine: `automaticGeneration` settles it. */
export const AUTO = 'auto';

export interface GeneratorAsk {
  /** `onnx`, `vllm`, a server of `ONESHOT_ENDPOINTS`, or as nothing `auto`. */
  readonly name: string | undefined;
  /** Of our decoder, or of a vLLM that the command starts; fp32 where none is named. */
  readonly precision?: Precision | undefined;
  /** A deployment's workers make the completions, for which no command starts a server. */
  readonly remote: boolean;
}

/**
 * Who makes the completions of an evaluation, by the name that somebody said.
 *
 * @returns `undefined` where it is left to the machine
 * @throws {KnownError} `precision-unsupported`, `endpoint-unknown`, `endpoints-invalid`, `vllm-missing`, `vllm-version`, `config-invalid`
 */
export async function chooseGenerator(
  { name, precision, remote }: GeneratorAsk,
  env: NodeJS.ProcessEnv,
): Promise<Generation | undefined> {
  const isRounded = precision === 'int8' || precision === 'int4';
  if (name === undefined || name === AUTO) return isRounded ? decoderIn(precision) : undefined;
  if (name === 'onnx') return decoderIn(precision ?? 'fp32');
  return byServer({ name, precision: serverPrecision({ precision: precision ?? 'fp32' }), remote }, env);
}

async function byServer(
  { name, precision, remote }: { name: string; precision: 'fp32' | 'bf16'; remote: boolean },
  env: NodeJS.ProcessEnv,
): Promise<Generation> {
  const listed = endpointVersions(env);
  if (Object.hasOwn(listed, name)) return served(name, listed[name] as string, precision); // its own key
  if (name !== MANAGED_ENDPOINT) {
    const known = [AUTO, 'onnx', MANAGED_ENDPOINT, ...Object.keys(listed)].join(', ');
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
  return served(name, servedVersion(await requireVllm(env), precision), precision);
}

function decoderIn(precision: Precision): Generation {
  if (precision === 'bf16') {
    const message =
      'The decoder computes in fp32, int8 or int4, not in bf16. Name one of them, or --generator vllm.';
    throw new KnownError('precision-unsupported', message);
  }
  return { generator: { kind: 'onnx', version: generatorVersion }, precision };
}

/** Whether a generation needs a server that the command starts. */
export function needsServer({ generator }: Generation, env: NodeJS.ProcessEnv): boolean {
  return (
    generator.kind === 'endpoint' &&
    generator.name === MANAGED_ENDPOINT &&
    !Object.hasOwn(endpointVersions(env), MANAGED_ENDPOINT)
  );
}

/** What further scores of a run are made by: our decoder is always the one that is here. */
export function goingOn({ generator, precision }: Generation): Generation {
  return generator.kind === 'endpoint' ? { generator, precision } : ONNX;
}

/** As `--generator` takes it. */
export function generatorName({ generator }: Generation): string {
  return generator.kind === 'endpoint' ? generator.name : generator.kind;
}

/** By a server. */
export function served(name: string, version: string, precision: Generation['precision']): Generation {
  return { generator: { kind: 'endpoint', name, version }, precision };
}
