import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { z as zod } from 'zod';
import { utf8Text } from '../encoding/utf8-text.ts';
import { KnownError, messageOf } from '../errors.ts';

/**
 * A JSON file of a model folder, parsed by its schema; `undefined` where there is no such file.
 *
 * @throws {KnownError} `model-file-invalid` where the file is no JSON in plain UTF-8 or does not fit the schema
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const text = utf8Text(bytes, { code: 'model-file-invalid', source: path });
  if (startsWithMark(bytes)) {
    throw new KnownError(
      'model-file-invalid',
      `${path} starts with a byte order mark, which transformers does not read. Save it as UTF-8 without one.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new KnownError(
      'model-file-invalid',
      `${path} is not JSON (${messageOf(cause)}). Fetch the model folder again.`,
      { cause },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new KnownError(
    'model-file-invalid',
    `${path} does not have the expected form: ${zod.prettifyError(parsed.error)}. Fetch the model folder again.`,
  );
}

/** Whether bytes start with a byte order mark of UTF-8. */
function startsWithMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}

/** As `readJson`, for a file that no model can do without. @throws {KnownError} `model-file-missing` */
export async function requireJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const value = await readJson(path, schema);
  if (value !== undefined) return value;
  throw new KnownError(
    'model-file-missing',
    `There is no file ${path}. Name a Hugging Face model folder that has it.`,
  );
}

/** Whether a file operation failed because the file does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
