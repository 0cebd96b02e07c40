import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { KnownError } from '../errors.ts';
import { FileName } from '../records/models.ts';
import { readJson } from './read-json.ts';
import { readSafetensorsHeader, type TensorEntry } from './safetensors.ts';

/** A tensor of a model, in one of the safetensors files of its folder. */
export interface Weight extends TensorEntry {
  readonly file: string;
}

export const WEIGHTS_FILE = 'model.safetensors';
export const WEIGHTS_INDEX = 'model.safetensors.index.json';

const Index = z.object({
  // Nothing outside the folder is ever opened; transformers tells formats by the ending.
  weight_map: z.record(z.string(), FileName.endsWith('.safetensors')),
});
type Index = z.infer<typeof Index>;

/**
 * The files of a Hugging Face folder that hold its weights, in order: `model.safetensors`, else the shards that the index
 * names, whatever they are called. Transformers decides so too, where both are there.
 *
 * @throws {KnownError} `model-file-missing` or `model-file-invalid`
 */
export async function weightFiles(directory: string): Promise<readonly string[]> {
  const index = await readIndex(directory);
  return index ? [...new Set(Object.values(index.weight_map))].sort() : [WEIGHTS_FILE];
}

/**
 * Where the weights of a Hugging Face folder lie.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid`, `safetensors-invalid`, `weight-missing` or
 *   `weight-repeated`
 */
export async function locateWeights(directory: string): Promise<ReadonlyMap<string, Weight>> {
  const weights = new Map<string, Weight>();
  for (const file of await weightFiles(directory)) {
    for (const [name, entry] of await readSafetensorsHeader(join(directory, file))) {
      const other = weights.get(name);
      if (other) throw repeated(name, [other.file, file]);
      weights.set(name, { ...entry, file });
    }
  }
  for (const [name, file] of Object.entries((await readIndex(directory))?.weight_map ?? {})) {
    if (weights.get(name)?.file === file) continue;
    throw new KnownError(
      'weight-missing',
      `The index of ${directory} promises ${name} in ${file}, which does not hold it. Fetch the folder again.`,
    );
  }
  return weights;
}

/** The index, where it counts. */
async function readIndex(directory: string): Promise<Index | undefined> {
  return (await isFile(join(directory, WEIGHTS_FILE)))
    ? undefined
    : readJson(join(directory, WEIGHTS_INDEX), Index);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function repeated(name: string, files: readonly string[]): KnownError {
  return new KnownError(
    'weight-repeated',
    `${name} lies in ${files.join(' and in ')}, and which of them counts differs from program to program. ` +
      'Save the model again with save_pretrained.',
  );
}
