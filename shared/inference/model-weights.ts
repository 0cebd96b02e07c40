import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { KnownError } from '../errors.ts';
import { readJson } from './read-json.ts';
import { readSafetensorsHeader, type TensorEntry } from './safetensors.ts';

/** A tensor of a model, in one of the safetensors files of its folder. */
export interface Weight extends TensorEntry {
  readonly file: string;
}

const Index = z.object({
  // A plain name: nothing outside the folder is ever opened.
  weight_map: z.record(z.string(), z.string().regex(/^\w[\w.-]*$/)),
});

/**
 * Where the weights of a Hugging Face folder lie: in `model.safetensors`, or in the shards that its index names.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid`, `safetensors-invalid` or `weight-missing`
 */
export async function locateWeights(directory: string): Promise<ReadonlyMap<string, Weight>> {
  const index = await readJson(join(directory, 'model.safetensors.index.json'), Index);
  if (!index || (await exists(join(directory, 'model.safetensors')))) {
    return located('model.safetensors', await readSafetensorsHeader(join(directory, 'model.safetensors')));
  }
  const weights = new Map<string, Weight>();
  for (const file of new Set(Object.values(index.weight_map))) {
    const header = await readSafetensorsHeader(join(directory, file));
    for (const [name, weight] of located(file, header)) weights.set(name, weight);
  }
  for (const [name, file] of Object.entries(index.weight_map)) {
    if (weights.get(name)?.file === file) continue;
    throw new KnownError(
      'weight-missing',
      `The index of ${directory} promises ${name} in ${file}, which does not hold it. Fetch the folder again.`,
    );
  }
  return weights;
}

function located(file: string, header: ReadonlyMap<string, TensorEntry>): Map<string, Weight> {
  return new Map([...header].map(([name, entry]) => [name, { ...entry, file }]));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
