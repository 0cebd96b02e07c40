import { z } from 'zod';
import { readJsonLines } from '../encoding/json-lines.ts';
import { KnownError } from '../errors.ts';
import { Problem } from '../records/problems.ts';
import { GradingFields, gradingOptions } from './grading-options.ts';

/** A line of a benchmark's file; other fields are not read. */
const Row = GradingFields.extend({
  id: z.string().min(1),
  problem: z.string().min(1),
  answer: z.union([z.string(), z.array(z.string())]),
  subject: z.string().optional(),
  level: z.number().int().optional(),
});

/**
 * The problems of a benchmark from JSON lines. Ids like `math500-7` become `math500/7`.
 *
 * @param source - names the file in errors
 * @throws {KnownError} `problems-invalid` with file and line
 */
export function readProblems(
  text: string,
  { benchmark, source }: { readonly benchmark: string; readonly source: string },
): readonly Problem[] {
  const seen = new Set<string>();
  const toProblem = (value: unknown): Problem => {
    const { id, error, unit, after_box, ...row } = Row.parse(value);
    const grading = gradingOptions({ error, unit, after_box }, row.answer);
    const local = id.startsWith(`${benchmark}-`) ? id.slice(benchmark.length + 1) : id;
    const problem = Problem.parse({ id: `${benchmark}/${local}`, ...row, ...(grading && { grading }) });
    if (seen.has(problem.id)) throw new Error(`the id ${id} stands twice`);
    seen.add(problem.id);
    return problem;
  };
  const advice = 'Fetch the file again.';
  const problems = readJsonLines(text, toProblem, {
    code: 'problems-invalid',
    what: 'problem',
    source,
    advice,
  });
  if (problems.length === 0)
    throw new KnownError('problems-invalid', `${source} holds no problems. Fetch it again.`);
  return problems;
}
