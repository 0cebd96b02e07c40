import { join } from 'node:path';
import { z } from 'zod';
import { KnownError } from '../errors.ts';
import type { ModelConfig } from './model-config.ts';
import { requireJson } from './read-json.ts';
import { loadTokenizer } from './tokenizer.ts';

/** Ids by token, or a list in which a token's place is its id. */
const Vocabulary = z.looseObject({
  model: z.looseObject({
    vocab: z.union([z.record(z.string(), z.number()), z.array(z.unknown())]).optional(),
  }),
});

/**
 * Checks that a folder's tokenizer is of the same model as its config: every token of its vocabulary, and every token that
 * ends a completion, has a row in the table of embeddings. Added tokens that nothing names may lie beyond it.
 *
 * @throws {KnownError} `tokenizer-unfit`, and as `loadTokenizer` does
 */
export async function checkTokenizer(directory: string, { vocabulary }: ModelConfig): Promise<void> {
  const { endTokens } = await loadTokenizer(directory);
  const path = join(directory, 'tokenizer.json');
  const { vocab = [] } = (await requireJson(path, Vocabulary)).model;
  const largest = Array.isArray(vocab) ? vocab.length - 1 : maximum(Object.values(vocab));
  const beyond = [largest, ...endTokens].find((id) => id >= vocabulary);
  if (beyond === undefined) return;
  throw new KnownError(
    'tokenizer-unfit',
    `${path} has the token ${beyond}, but config.json a vocabulary of ${vocabulary}. ` +
      'Tokenizer and weights are of different models: fetch both again.',
  );
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -1);
}
