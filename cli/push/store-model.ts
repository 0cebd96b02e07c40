/**
 * What brings models and benchmarks into a store, checked before anything is stored: `oneshot model push`, `oneshot data
 * push`, and the first step of each evaluation and run. Imports `terminal/` and `package/` only.
 */
import { policyFiles, pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { checkTokenizer } from '#shared/inference/check-tokenizer.ts';
import { checkWeights } from '#shared/inference/check-weights.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { TemplateKind } from '#shared/records/evaluations.ts';

/**
 * Brings a model folder into the store after a look at its config, weights and tokenizer: what no worker could load is
 * refused here, where somebody reads the message.
 *
 * @param templates - of the prompts that it is pushed for: its own chat template must be there and render
 * @param onChecked - hears that nothing is wrong, before the files are stored
 * @returns the model's digest
 */
export async function storeModel(
  store: ObjectStore,
  directory: string,
  templates: readonly TemplateKind[] = [],
  onChecked: () => void = () => {},
): Promise<string> {
  await policyFiles(directory);
  const [config, weights] = await Promise.all([readModelConfig(directory), locateWeights(directory)]);
  await checkTokenizer(directory, config);
  await checkWeights(directory, config, weights);
  if (templates.includes('chat')) await checkChatTemplate(directory);
  onChecked();
  return pushModelFolder(store, directory);
}

/**
 * Checks that a folder's chat template is there and renders.
 *
 * @param called - what messages call the folder
 * @throws {KnownError} `chat-template-missing`, `chat-template-failed`
 */
export async function checkChatTemplate(directory: string, called = directory): Promise<void> {
  (await loadChatTemplate(directory, called))([{ role: 'user', content: '1 + 1' }]);
}
