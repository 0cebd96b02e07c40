import { KnownError } from '../../errors.ts';
import { WEIGHTS_FILE, WEIGHTS_INDEX } from '../../inference/model-weights.ts';
import { COMPANIONS } from '../local/model-folder.ts';
import type { HubFile } from './hub-files.ts';

/** What some programs read beside the files of a policy. */
const OTHERS = ['added_tokens.json', 'vocab.json', 'merges.txt'];
const SHARD = /^model-\d+-of-\d+\.safetensors$/;
/** Weights that are programs, or may hold some. */
const PICKLE = /\.(bin|pt|pth|ckpt|pkl|msgpack|h5)$/;

/**
 * The files that go before the weights: once the weights are there, so is everything.
 *
 * @throws {KnownError} `model-pickled`, `model-invalid` where there are no weights
 */
export function smallFiles(model: string, files: readonly HubFile[]): readonly HubFile[] {
  if (!files.some(({ path }) => path === WEIGHTS_FILE || path === WEIGHTS_INDEX))
    throw withoutWeights(model, files);
  const names = new Set([...COMPANIONS, ...OTHERS, ...(hasOneFile(files) ? [] : [WEIGHTS_INDEX])]);
  return files.filter(({ path }) => names.has(path));
}

/**
 * The files of weights.
 *
 * @param shards - that the index names, none where there is no index
 * @throws {KnownError} `model-invalid` where one is not there
 */
export function weightsOf(
  model: string,
  files: readonly HubFile[],
  shards: readonly string[],
): readonly HubFile[] {
  const wanted = hasOneFile(files) ? [WEIGHTS_FILE] : shards;
  return wanted.map((name) => {
    const file = files.find(({ path }) => path === name);
    if (file) return file;
    throw new KnownError(
      'model-invalid',
      `${model} lacks the file ${name} that its index names. Choose another revision or model.`,
    );
  });
}

/** The files of weights as far as their names tell before the index is read: `model-00001-of-00002.safetensors`. */
export function likelyWeights(model: string, files: readonly HubFile[]): readonly HubFile[] {
  const shards = files.map(({ path }) => path).filter((path) => SHARD.test(path));
  return weightsOf(model, files, shards);
}

/** Where both are there, `model.safetensors` counts, as for transformers. */
function hasOneFile(files: readonly HubFile[]): boolean {
  return files.some(({ path }) => path === WEIGHTS_FILE);
}

function withoutWeights(model: string, files: readonly HubFile[]): KnownError {
  const pickle = files.find(({ path }) => PICKLE.test(path));
  if (!pickle) {
    return new KnownError(
      'model-invalid',
      `${model} has no ${WEIGHTS_FILE} and no ${WEIGHTS_INDEX}. Choose another model.`,
    );
  }
  return new KnownError(
    'model-pickled',
    `${model} has no safetensors, only ${pickle.path}: such files may run programs and are never loaded. ` +
      'Choose a revision with safetensors, or save the model again with save_pretrained and name its folder.',
  );
}
