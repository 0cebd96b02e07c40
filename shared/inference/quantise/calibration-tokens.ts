import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '../tokenizer.ts';

/** Tokens of each text that a model is calibrated with: those that the innermost loops of its products take together. */
export const TEXT_TOKENS = 8;

/** One as the problems of evaluations are, one of plain words. Any others would do as well. */
const TEXTS = [
  'If x is the number of apples, then 3x + 5 = 20, so 3x = 15 and x = 5. The answer is 5.',
  'Once there was a small town by the sea, where people sold fish and bread in the market every day.',
];

/**
 * What a model reads to be calibrated: the first `TEXT_TOKENS` tokens of two fixed texts, or tokens from all over its vocabulary where
 * the folder has no tokenizer.
 *
 * @throws {KnownError} as `loadTokenizer` does
 */
export async function calibrationTokens(
  directory: string,
  vocabulary: number,
): Promise<readonly (readonly number[])[]> {
  if (!existsSync(join(directory, 'tokenizer.json'))) return TEXTS.map((_, i) => spreadTokens(i, vocabulary));
  const tokenizer = await loadTokenizer(directory);
  return TEXTS.map((text, i) => {
    const tokens = tokenizer.encode(text, { addSpecialTokens: true }).slice(0, TEXT_TOKENS);
    const fits = tokens.length === TEXT_TOKENS && tokens.every((token) => token < vocabulary);
    return fits ? tokens : spreadTokens(i, vocabulary);
  });
}

function spreadTokens(text: number, vocabulary: number): readonly number[] {
  return Array.from({ length: TEXT_TOKENS }, (_, i) =>
    Math.floor(((i * TEXTS.length + text + 0.5) * vocabulary) / (TEXTS.length * TEXT_TOKENS)),
  );
}
