import { endpointVersions } from '#functions/admission/endpoint-settings.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import {
  type AutomaticGenerator,
  automaticGenerator,
  type ScoredModel,
} from '../machine/automatic-generator.ts';
import { findMachine } from '../machine/find-machine.ts';
import type { Machine } from '../machine/machine.ts';
import { findShape } from '../models/find-shape.ts';
import { parameterCounts } from '../plan/parameter-counts.ts';
import type { Progress } from '../terminal/progress.ts';
import { MANAGED_ENDPOINT, servedVersion } from '../vllm/start-servers.ts';
import { type Generation, generatorName, ONNX, served } from './choose-generator.ts';

/** Who makes completions, and why where that was left to the machine. */
export interface SettledGeneration extends Omit<AutomaticGenerator, 'value'> {
  readonly generation: Generation;
}

/** In a deployment, whose workers are no part of this machine. */
export const IN_DEPLOYMENT: SettledGeneration = {
  generation: ONNX,
  reason: "the deployment's workers make them",
};

/** Who makes evaluated completions where nobody says so. @throws {KnownError} `endpoints-invalid` */
export function automaticGeneration(
  machine: Machine,
  model: ScoredModel,
  env: NodeJS.ProcessEnv,
): SettledGeneration {
  const { value, ...why } = automaticGenerator(machine, model);
  if (value === 'onnx' || machine.vllm === null) return { generation: ONNX, ...why };
  const version = endpointVersions(env)[MANAGED_ENDPOINT] ?? servedVersion(machine.vllm, model.precision);
  return { generation: served(MANAGED_ENDPOINT, version, model.precision), ...why };
}

/**
 * Who makes the completions of a stored model's evaluation where nobody says so, as the machine is now; told where it has a
 * GPU.
 *
 * @param model - its digest; `undefined`: any
 * @throws {KnownError} as `findMachine` does
 */
export async function generationHere(
  model: string | undefined,
  { store, remote }: Pick<Place, 'store' | 'remote'>,
  progress: Progress,
  env: NodeJS.ProcessEnv,
): Promise<Generation> {
  if (remote) return ONNX;
  const shape = model === undefined ? undefined : await findShape(store, model, env);
  const parameters = shape && parameterCounts(shape).total;
  const machine = await findMachine(env);
  const { generation, reason, advice } = automaticGeneration(machine, { parameters, precision: 'fp32' }, env);
  const name = generatorName(generation);
  const text =
    name === 'onnx' ? advice : `${machine.gpus[0]?.name} is here: vLLM makes the completions (${reason}).`;
  if (text !== undefined) progress.note({ event: 'generator', generator: name, detail: text }, text);
  return generation;
}
