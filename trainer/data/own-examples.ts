import { z } from 'zod';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import type { ParsedJson } from '#shared/encoding/parse-json.ts';
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
  const lines = readJsonLines(text, parseRow, {
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

/** Members that may be numbers, whose digits are kept as they stand in the file. */
const NUMBERS_AS_TEXT = ['id', 'answer'] as const;

function parseRow(value: unknown, { digits, changed }: ParsedJson): z.infer<typeof OwnRow> {
  const lost = changed.find(
    ({ member }) => !NUMBERS_AS_TEXT.some((name) => name === member && digits.has(name)),
  );
  if (lost)
    throw new Error(
      `no number holds the digits ${lost.digits} of "${lost.member}". Write them as a text, in quotes.`,
    );
  const texts = NUMBERS_AS_TEXT.flatMap((name) =>
    digits.has(name) ? [[name, digits.get(name)] as const] : [],
  );
  const isObject = typeof value === 'object' && value !== null;
  const row = OwnRow.safeParse(isObject ? { ...value, ...Object.fromEntries(texts) } : value);
  if (row.success) return row.data;
  throw new Error(row.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '));
}
