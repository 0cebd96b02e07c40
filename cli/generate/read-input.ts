import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';

/** Names standard input and standard output. */
export const STANDARD = '-';

/** @throws {KnownError} `input-unreadable`, `prompts-invalid` where it is no UTF-8 */
export async function readInput(path: string): Promise<string> {
  if (path === STANDARD) return readAll(process.stdin);
  const bytes = await readFile(path).catch((cause: unknown) => {
    const message = `${path} cannot be read (${messageOf(cause)}). Name a file of JSON lines, or - for standard input.`;
    throw new KnownError('input-unreadable', message, { cause });
  });
  return utf8Text(bytes, { code: 'prompts-invalid', source: path });
}

/** @param read - reads a text; its second argument says where it is from. @throws {KnownError} as it does; `prompts-invalid` for none */
export async function readLines<T>(
  path: string,
  read: (text: string, source: string) => readonly T[],
): Promise<readonly T[]> {
  const source = path === STANDARD ? 'standard input' : path;
  const rows = read(await readInput(path), source);
  if (rows.length > 0) return rows;
  throw new KnownError('prompts-invalid', `${source} has no prompts. Write one on each line.`);
}
