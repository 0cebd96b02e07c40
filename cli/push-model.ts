import { policyFiles, pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { checkVocabulary } from '#shared/inference/check-vocabulary.ts';
import { checkWeights } from '#shared/inference/check-weights.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';

/**
 * Brings a model folder into the store after a look at its config, weights and tokenizer: what no worker could load is
 * refused here, where somebody reads the message.
 *
 * @returns the model's digest
 */
export async function pushModel(store: ObjectStore, directory: string): Promise<string> {
  await policyFiles(directory);
  const [config, weights] = await Promise.all([
    readModelConfig(directory),
    locateWeights(directory),
    loadTokenizer(directory),
  ]);
  await checkVocabulary(directory, config);
  await checkWeights(directory, config, weights);
  return pushModelFolder(store, directory);
}
