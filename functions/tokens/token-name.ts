import { isPrintable } from '#shared/printable.ts';

const LONGEST = 100;

/**
 * Whether a text can say who will use a token, for people. Listings show it on terminals, which must have nothing to
 * obey: no control characters, no separators of lines, nothing that changes the direction of text.
 */
export function isTokenName(text: string): boolean {
  return text.length >= 1 && text.length <= LONGEST && isPrintable(text);
}
