import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import { readEndTokens } from './model-config.ts';
import { readJson, requireJson } from './read-json.ts';
import { readSpecialTokens } from './special-tokens.ts';

/** Text to tokens and back, as a model folder defines it. */
export interface Tokenizer {
  /** @param options.addSpecialTokens - false for text that holds them already, such as a rendered chat */
  encode(text: string, options: { readonly addSpecialTokens: boolean }): number[];
  /** Without special tokens. Bytes that are no UTF-8 become U+FFFD. */
  decode(tokens: readonly number[]): string;
  /** The id of a token by its exact text, such as `<|im_end|>`; `undefined` where the vocabulary has none. */
  tokenId(token: string): number | undefined;
  /** Tokens that end a completion. */
  readonly endTokens: readonly number[];
}

const Definition = z.looseObject({ pre_tokenizer: z.unknown().optional() });

/**
 * Reads `tokenizer.json` and, where it exists, `tokenizer_config.json`.
 *
 * @throws {KnownError} `model-file-missing`, `model-file-invalid` or `tokenizer-unsupported`
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const path = join(directory, 'tokenizer.json');
  const definition = await requireJson(path, Definition);
  const config = (await readJson(join(directory, 'tokenizer_config.json'), z.looseObject({}))) ?? {};
  let tokenizer: HuggingFaceTokenizer;
  try {
    const preTokenizer = withUnicodeDigits(definition.pre_tokenizer);
    tokenizer = new HuggingFaceTokenizer({ ...definition, pre_tokenizer: preTokenizer }, config);
  } catch (cause) {
    throw new KnownError(
      'tokenizer-unsupported',
      `${path} cannot be used: ${messageOf(cause)}. Use a model with another tokenizer.`,
      { cause },
    );
  }
  const endTokens = await endTokensOf(directory, (token) => tokenizer.token_to_id(token));
  return {
    encode: (text, { addSpecialTokens }) => {
      const ids: (number | undefined)[] = tokenizer.encode(text, {
        add_special_tokens: addSpecialTokens,
      }).ids;
      // Pieces outside a vocabulary that has no token for the unknown are dropped, as the reference implementation does.
      return ids.filter((id) => id !== undefined);
    },
    decode: (tokens) => {
      // A model's table may be larger than its vocabulary; such tokens have no text.
      const known = tokens.filter((token) => tokenizer.id_to_token(token) !== undefined);
      if (known.length === 0) return '';
      // Clean-up of spaces is a convention of some Python classes; tokenizer.json does not ask for it.
      return tokenizer.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    },
    tokenId: (token) => tokenizer.token_to_id(token),
    endTokens,
  };
}

/** Those that the model's configs name; where they name none, the token that the tokenizer calls the end of a text. */
async function endTokensOf(
  directory: string,
  tokenId: (token: string) => number | undefined,
): Promise<readonly number[]> {
  const named = await readEndTokens(directory);
  if (named.length > 0) return named;
  const { eos_token: end } = await readSpecialTokens(directory);
  const id = end === undefined ? undefined : tokenId(end);
  return id === undefined ? [] : [id];
}

/**
 * A pre-tokenizer with each `Digits` step replaced by an equal `Split`: the library's own `Digits` knows ASCII digits
 * only, where the reference implementation means every Unicode number, such as `½`.
 */
function withUnicodeDigits(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnicodeDigits);
  if (value === null || typeof value !== 'object') return value;
  if ('type' in value && value.type === 'Digits') {
    const individually = 'individual_digits' in value && value.individual_digits === true;
    const pattern = { Regex: individually ? '\\p{N}' : '\\p{N}+' };
    return { type: 'Split', pattern, behavior: 'Isolated', invert: false };
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withUnicodeDigits(entry)]));
}
