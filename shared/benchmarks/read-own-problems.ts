import { z } from 'zod';
import { readJsonLines } from '../encoding/json-lines.ts';
import { withNumbersAsText } from '../encoding/numbers-as-text.ts';
import type { ParsedJson } from '../encoding/parse-json.ts';
import { parseRow } from '../encoding/parse-row.ts';
import { KnownError } from '../errors.ts';
import { Problem } from '../records/problems.ts';

/** A line of a user's own set; other fields are not read. */
const OwnRow = Problem.omit({ id: true }).extend({
  id: z
    .string()
    .regex(/^[a-z0-9_-]{1,64}$/, { error: 'use at most 64 of a-z, 0-9, - and _, or leave ids out' })
    .optional(),
});

/**
 * The problems of a user's own set from JSON lines `{ problem, answer, id?, subject?, level?, grading? }`. One without an
 * id is named by its place, `line-3`; ids and answers may be numbers.
 *
 * @param source - names the file in errors
 * @throws {KnownError} `problems-invalid` with file and line
 */
export function readOwnProblems(
  text: string,
  { benchmark, source }: { readonly benchmark: string; readonly source: string },
): readonly Problem[] {
  const seen = new Set<string>();
  const toRow = (_: unknown, json: ParsedJson) => parseRow(OwnRow, withNumbersAsText(json, ['id', 'answer']));
  const rows = readJsonLines(text, toRow, {
    code: 'problems-invalid',
    what: 'problem',
    source,
    advice: 'Each line is { "problem": …, "answer": …, "id": … (optional) }.',
  });
  if (rows.length === 0) throw new KnownError('problems-invalid', `${source} holds no problems.`);
  return rows.map(({ id, ...row }, index) => {
    const local = id ?? `line-${index + 1}`;
    if (seen.has(local))
      throw new KnownError('problems-invalid', `${source} has two problems with the id ${local}.`);
    seen.add(local);
    return { id: `${benchmark}/${local}`, ...row };
  });
}
