import type { ErrorCode } from '../error-codes/codes.ts';
import { KnownError } from '../errors.ts';

const NEWLINE = 0x0a;

export interface TextErrors {
  /** Code of the error for bytes that are no text. */
  readonly code: ErrorCode;
  /** Names the bytes in errors, as in `data.jsonl`. */
  readonly source: string;
}

/**
 * Text from a file of a user's: UTF-8, a byte order mark at its start dropped. Bytes that are none are refused, since they
 * would become U+FFFD, and nobody would notice.
 *
 * @throws {KnownError} `code`, with the number of the first line that is not UTF-8
 */
export function utf8Text(bytes: Uint8Array, { code, source }: TextErrors): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError))
      throw new KnownError(code, `${source} is too large for a text (${bytes.length} bytes). Split it.`, {
        cause,
      });
    const where = isUtf16(bytes) ? 'is UTF-16' : `line ${firstBadLine(bytes)}, is not UTF-8`;
    const message = `${source}${where.startsWith('line') ? ',' : ''} ${where}. Save the file as UTF-8.`;
    throw new KnownError(code, message, { cause });
  }
}

/** As PowerShell writes by default, with its mark. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** A line break byte is never a part of another character, so lines can be looked at one by one. */
function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let line = 1, start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    const next = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
  }
  return 1;
}
