import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import { Problem } from '../messages.ts';

/** A line of a benchmark's file; other fields are not read. */
const Row = z.object({
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
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const { id, ...row } = Row.parse(JSON.parse(line));
      const local = id.startsWith(`${benchmark}-`) ? id.slice(benchmark.length + 1) : id;
      const problem = Problem.parse({ id: `${benchmark}/${local}`, ...row });
      if (seen.has(problem.id)) throw new Error(`the id ${id} stands twice`);
      seen.add(problem.id);
      problems.push(problem);
    } catch (cause) {
      const message = `${source}, line ${index + 1}, is no problem: ${messageOf(cause)} Fetch the file again.`;
      throw new KnownError('problems-invalid', message, { cause });
    }
  }
  if (problems.length === 0)
    throw new KnownError('problems-invalid', `${source} holds no problems. Fetch it again.`);
  return problems;
}
