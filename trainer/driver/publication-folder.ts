import { join } from 'node:path';
import { sharedMemory } from '#shared/adapters/disk/shared-memory.ts';
import { type ModelConfig, readModelConfig } from '#shared/inference/model-config.ts';
import { modelTensors } from '#shared/inference/model-tensors.ts';
import { tensorBytes } from '#shared/inference/safetensors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { RunConfig } from '../settings/config.ts';
import { makePublicationFolder } from './scratch-folder.ts';

/** What a file of weights and a config have besides weights, and more. */
const HEADER_BYTES = 2 ** 20;

/**
 * Where the weights of a run go to its sampler: the folder that `ONESHOT_PUBLISH` names, else the driver's own. Our decoder
 * takes them from memory rather, where they find room there.
 *
 * @throws {KnownError} `model-unsupported` where our decoder would draw, and cannot read the base model; `disk-full`,
 *   `store-unwritable`
 */
export async function publicationFolder(
  run: string,
  { sampler }: Pick<RunConfig, 'sampler'>,
  { baseFolder, scratch }: { readonly baseFolder: string; readonly scratch: string },
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (sampler.kind === 'engine') return join(scratch, 'published');
  const config = sampler.kind === 'onnx' ? await readModelConfig(baseFolder) : undefined;
  const named =
    env['ONESHOT_PUBLISH'] || (config && (await sharedMemory(weightBytes(config) + HEADER_BYTES)));
  return makePublicationFolder(named, scratch, run);
}

function weightBytes(config: ModelConfig): number {
  return sum([...modelTensors(config).values()].map((shape) => tensorBytes({ dtype: 'F32', shape })));
}
