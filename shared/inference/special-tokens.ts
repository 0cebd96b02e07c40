import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from './read-json.ts';

const SpecialToken = z.union([
  z.string(),
  z.object({ content: z.string() }).transform(({ content }) => content),
]);

const NAMES = [
  'bos_token',
  'eos_token',
  'unk_token',
  'sep_token',
  'pad_token',
  'cls_token',
  'mask_token',
] as const;

/** Texts of a model's special tokens, by the names that transformers has for them. */
export type SpecialTokens = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

const Tokens = z.partialRecord(z.enum(NAMES), SpecialToken.nullish());
const File = z
  .looseObject({})
  .transform((file) => Object.fromEntries(NAMES.map((name) => [name, file[name]])))
  .pipe(Tokens);

/**
 * Reads `tokenizer_config.json` and, for tokens that it does not name, `special_tokens_map.json`.
 *
 * @throws {KnownError} `model-file-invalid`
 */
export async function readSpecialTokens(directory: string): Promise<SpecialTokens> {
  const [config = {}, map = {}] = await Promise.all(
    ['tokenizer_config.json', 'special_tokens_map.json'].map((name) => readJson(join(directory, name), File)),
  );
  const named = NAMES.flatMap((name) => {
    const token = config[name] ?? map[name];
    return typeof token === 'string' ? [[name, token] as const] : [];
  });
  return Object.fromEntries(named);
}
