import { z } from 'zod';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { withNumbersAsText } from '#shared/encoding/numbers-as-text.ts';
import type { ParsedJson } from '#shared/encoding/parse-json.ts';
import { parseRow } from '#shared/encoding/parse-row.ts';
import { KnownError } from '#shared/errors.ts';
import type { TrainingExample } from './training-example.ts';

/** A line of a user's own data. Either `problem`, to which the suffix is added, or `prompt`, which stays as it is. */
const OwnRow = z
  .object({
    id: z.string().min(1).optional(),
    prompt: z.string().min(1).optional(),
    problem: z.string().min(1).optional(),
    answer: z.string(),
    repeats: z.number().int().positive().max(100_000).optional(),
  })
  .catchall(z.json())
  .refine(({ prompt, problem }) => (prompt === undefined) !== (problem === undefined), {
    error: 'give either "problem" or "prompt"',
  });

/**
 * Training examples from a user's own JSON lines: `{ problem | prompt, answer, id?, repeats?, … }`. Further fields are
 * kept for a reward of the user's own. A line without an id is named by its place, `line-3`.
 *
 * @throws {KnownError} `data-invalid` with file and line; `data-empty` where there is no line at all
 */
export function readOwnExamples(text: string, source: string): TrainingExample[] {
  const toRow = (_: unknown, json: ParsedJson) => parseRow(OwnRow, withNumbersAsText(json, ['id', 'answer']));
  const lines = readJsonLines(text, toRow, {
    code: 'data-invalid',
    what: 'training example',
    source,
    advice: 'Each line is { "problem" or "prompt": …, "answer": …, "id": … (optional) }.',
  });
  if (lines.length === 0) throw new KnownError('data-empty', `${source} holds no training example.`);
  const examples = lines.map(({ id, prompt, problem, answer, repeats, ...fields }, index) => ({
    id: id ?? `line-${index + 1}`,
    prompt: (problem ?? prompt) as string, // one of them is there
    bare: problem !== undefined,
    answer,
    repeats: repeats ?? 1,
    ...(Object.keys(fields).length > 0 && { fields }),
  }));
  const twice = examples.find(({ id }, index) => examples.findIndex((other) => other.id === id) !== index);
  if (twice) throw new KnownError('data-invalid', `${source} has two examples with the id ${twice.id}.`);
  return examples;
}
