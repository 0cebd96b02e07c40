import { parseJson } from '#shared/encoding/parse-json.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import type { ErrorCode } from '#shared/error-codes/codes.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Verifier } from '#shared/verifier/verification.ts';
import { type CaseDefaults, CaseLine, toVerifyInput } from './case-line.ts';
import { MAX_LINE_BYTES } from './line-chunks.ts';
import { toResult } from './result.ts';

/** The results of some lines. */
export interface JudgedLines {
  /** JSON lines: a result or an error for each line that is not blank, in the order of the input. */
  readonly text: string;
  readonly cases: number;
  /** How many of the cases could not be read. */
  readonly faults: number;
}

/** Judges every line of a text; a line that cannot be read becomes an error in its place. */
export function judgeLines(
  { text, firstLine }: { readonly text: string; readonly firstLine: number },
  defaults: CaseDefaults,
  verifier: Pick<Verifier, 'verify'>,
): JudgedLines {
  let [output, cases, faults] = ['', 0, 0];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    cases += 1;
    try {
      const each = readCase(line);
      const verification = verifier.verify(toVerifyInput(each, defaults));
      output += `${JSON.stringify({ id: each.id, ...toResult(verification) })}\n`;
    } catch (error) {
      if (!(error instanceof CaseError)) throw error;
      faults += 1;
      output += errorLine(firstLine + index, error);
    }
  }
  return { text: output, cases, faults };
}

/** As `judgeLines`, for lines as they stand in a file; one that is no UTF-8 becomes an error in its place. */
export function judgeBytes(
  { bytes, firstLine }: { readonly bytes: Uint8Array; readonly firstLine: number },
  defaults: CaseDefaults,
  verifier: Pick<Verifier, 'verify'>,
): JudgedLines {
  const text = textOf(bytes);
  if (text !== undefined) return judgeLines({ text, firstLine }, defaults, verifier);
  const judged: JudgedLines[] = [];
  for (let start = 0, line = firstLine; start < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    const next = end < 0 ? bytes.length : end + 1;
    const each = textOf(bytes.subarray(start, next));
    judged.push(
      each === undefined
        ? notUtf8Line(line)
        : judgeLines({ text: each, firstLine: line }, defaults, verifier),
    );
    start = next;
  }
  return {
    text: judged.map((each) => each.text).join(''),
    cases: sum(judged.map((each) => each.cases)),
    faults: sum(judged.map((each) => each.faults)),
  };
}

const NEWLINE = 0x0a;

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8Text(bytes, { code: 'text-invalid', source: 'input' });
  } catch (error) {
    if (error instanceof KnownError) return undefined;
    throw error;
  }
}

function notUtf8Line(line: number): JudgedLines {
  const error = new CaseError('text-invalid', 'The line is not UTF-8. Save the input as UTF-8.');
  return { text: errorLine(line, error), cases: 1, faults: 1 };
}

/** The result of a line that is longer than `MAX_LINE_BYTES`. */
export function tooLongLine(line: number): JudgedLines {
  const error = new CaseError(
    'line-too-long',
    `The line is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB. Shorten its completion, or end each case with a newline.`,
  );
  return { text: errorLine(line, error), cases: 1, faults: 1 };
}

class CaseError extends KnownError {
  override name = 'CaseError';
  /** Id of the case, where one could be read. */
  readonly id: string | number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { id, ...options }: ErrorOptions & { id?: string | number } = {},
  ) {
    super(code, message, options);
    this.id = id;
  }
}

/** @throws {CaseError} `json-invalid`, `case-invalid` */
function readCase(line: string): CaseLine {
  let value: unknown;
  try {
    ({ value } = parseJson(line));
  } catch (cause) {
    const message = `The line is no JSON (${messageOf(cause)}). Write one object a line.`;
    throw new CaseError('json-invalid', message, { cause });
  }
  const parsed = CaseLine.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  const id = CaseLine.shape.id.safeParse(
    typeof value === 'object' && value && 'id' in value ? value.id : undefined,
  ).data;
  throw new CaseError(
    'case-invalid',
    `The line is no case (${problems.join('; ')}). ` +
      'It needs { "id", "gold", "answer" or "completion" }, and may have "mode" and "options".',
    { cause: parsed.error, ...(id === undefined ? {} : { id }) },
  );
}

function errorLine(line: number, { id, code, message }: CaseError): string {
  return `${JSON.stringify({ id, line, error: { code, message } })}\n`;
}
