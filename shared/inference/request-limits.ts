import { KnownError } from '../errors.ts';
import type { GenerationRequest } from '../ports/generator.ts';
import { cacheBytesPerToken } from './kv-cache.ts';
import type { ModelConfig } from './model-config.ts';

/** More rows than this make a step longer in proportion, so nothing is gained. */
export const MAX_ROWS = 64;

/**
 * How many tokens a completion may have: `maxTokens`, as far as the context allows.
 *
 * @throws {KnownError} `prompt-empty`, `prompt-too-long` or `token-unknown`, where nothing can follow a prompt
 */
export function tokenLimit(
  { prompt, maxTokens, begun }: Pick<GenerationRequest, 'prompt' | 'maxTokens' | 'begun'>,
  { context, vocabulary }: ModelConfig,
): number {
  if (prompt.length === 0)
    throw new KnownError('prompt-empty', 'A prompt has no tokens. Give each problem a text.');
  if (prompt.length >= context)
    throw new KnownError(
      'prompt-too-long',
      `A prompt has ${prompt.length} tokens, which leaves no room in the model's context of ${context}. ` +
        'Shorten the problem or choose a model with a longer context.',
    );
  const unknown = [...prompt, ...(begun?.tokens ?? [])].find(
    (token) => !Number.isInteger(token) || token < 0 || token >= vocabulary,
  );
  if (unknown !== undefined)
    throw new KnownError(
      'token-unknown',
      `A prompt holds the token ${unknown}, but the model's vocabulary ends at ${vocabulary - 1}. ` +
        'Tokenizer and weights are of different models: fetch both again.',
    );
  return Math.min(maxTokens, context - prompt.length);
}

/**
 * How many rows of so many positions there is memory for.
 *
 * @throws {KnownError} `cache-too-small` where not even one row fits
 */
export function rowsThatFit(positions: number, config: ModelConfig, cacheBytes: number): number {
  const rowBytes = positions * cacheBytesPerToken(config);
  const rows = Math.floor(cacheBytes / rowBytes);
  if (rows >= 1) return rows;
  throw new KnownError(
    'cache-too-small',
    `A completion of ${positions} tokens with its prompt takes ${rowBytes} bytes for keys and values, and there are ` +
      `${cacheBytes}. Ask for fewer tokens, or give the decoder more memory.`,
  );
}
