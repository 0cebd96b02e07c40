import { KnownError } from '../../errors.ts';

const LONGEST_KEY = 900;
const LONGEST_SEGMENT = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u001f\u007f\\]/;

/** The key, if it is one that cannot leave the store's folder. @throws {KnownError} `key-invalid` */
export function checkKey(key: string): string {
  const segments = key.split('/');
  const sound =
    key.length <= LONGEST_KEY &&
    !FORBIDDEN.test(key) &&
    segments.every(
      (segment) => segment !== '' && !segment.startsWith('.') && segment.length <= LONGEST_SEGMENT,
    );
  if (sound) return key;
  throw new KnownError(
    'key-invalid',
    `${JSON.stringify(key.slice(0, 80))} is no key: segments must be 1 to ${LONGEST_SEGMENT} characters, must not ` +
      'start with a dot, and hold neither backslashes nor control characters.',
  );
}
