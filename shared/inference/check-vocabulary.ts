import { join } from 'node:path';
import { z } from 'zod';
import { KnownError } from '../errors.ts';
import type { ModelConfig } from './model-config.ts';
import { requireJson } from './read-json.ts';

const Definition = z.looseObject({
  model: z.looseObject({
    // By token, or pieces with their scores, whose places are their ids.
    vocab: z.union([z.record(z.string(), z.number()), z.array(z.unknown())]).optional(),
  }),
});

/**
 * Checks that a model has a row for every token that its tokenizer makes of text. Added tokens are left out: some
 * tokenizers name padding beyond the table, which no prompt holds.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid` or `vocabulary-unfit`
 */
export async function checkVocabulary(directory: string, { vocabulary }: ModelConfig): Promise<void> {
  const { vocab = [] } = (await requireJson(join(directory, 'tokenizer.json'), Definition)).model;
  const last = Array.isArray(vocab)
    ? vocab.length - 1
    : Object.values(vocab).reduce((largest, id) => Math.max(largest, id), -1);
  if (last < vocabulary) return;
  throw new KnownError(
    'vocabulary-unfit',
    `tokenizer.json in ${directory} has tokens up to ${last}, but the model's table ends at ${vocabulary - 1}. ` +
      'Tokenizer and weights are of different models: fetch both again.',
  );
}
