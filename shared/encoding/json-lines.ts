import type { ErrorCode } from '../error-codes/codes.ts';
import { KnownError, messageOf } from '../errors.ts';
import { isWellFormed, type ParsedJson, parseJson } from './parse-json.ts';

export interface LineErrors {
  /** Code of the error for a line that cannot be read. */
  readonly code: ErrorCode;
  /** What each line should be, as in `training row`. */
  readonly what: string;
  /** Names the text in errors. */
  readonly source: string;
  /** What to do about a broken line, as a sentence. */
  readonly advice?: string;
}

/**
 * Reads JSON lines, empty ones left out.
 *
 * @param parse - makes something of a line's value, or throws
 * @throws {KnownError} `code`, with source and number of the first line that cannot be read
 */
export function readJsonLines<T>(
  text: string,
  parse: (value: unknown, json: ParsedJson) => T,
  { code, what, source, advice }: LineErrors,
): T[] {
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  return lines
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      try {
        const json = parseJson(line);
        if (!isWellFormed(json.value))
          throw new Error('it holds half of a surrogate pair (\\ud800 to \\udfff alone).');
        return parse(json.value, json);
      } catch (cause) {
        const why = messageOf(cause).replace(/\.$/, '');
        const message = `${source}, line ${number}, is no ${what}: ${why}.`;
        throw new KnownError(code, advice === undefined ? message : `${message} ${advice}`, { cause });
      }
    });
}
