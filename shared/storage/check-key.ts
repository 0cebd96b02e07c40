import { KnownError } from '../errors.ts';

/** Below what S3 (1,024 bytes a key) and common file systems (255 bytes a name) take. */
const LONGEST_KEY = 900;
const LONGEST_SEGMENT = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

/** The key, if it is one that every store can hold and none can be left by. @throws {KnownError} `key-invalid` */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  throw new KnownError(
    'key-invalid',
    `${JSON.stringify(key.slice(0, 80))} is no key: a key has at most ${LONGEST_KEY} bytes; its segments have 1 to ` +
      `${LONGEST_SEGMENT} bytes, do not start with a dot and hold neither backslashes nor control characters.`,
  );
}

export function isKey(text: string): boolean {
  return (
    sizeBytes(text) <= LONGEST_KEY &&
    text.isWellFormed() &&
    !FORBIDDEN.test(text) &&
    text.split('/').every(isSegment)
  );
}

function isSegment(text: string): boolean {
  return text !== '' && !text.startsWith('.') && sizeBytes(text) <= LONGEST_SEGMENT;
}

function sizeBytes(text: string): number {
  return Buffer.byteLength(text);
}
