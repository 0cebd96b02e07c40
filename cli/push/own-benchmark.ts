import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BENCHMARK_NAMES, OWN_SET } from '#shared/benchmarks/benchmark-names.ts';
import type { StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { readOwnProblems } from '#shared/benchmarks/read-own-problems.ts';
import { OWN_PROTOCOL } from '#shared/benchmarks/registry.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { BenchmarkName } from '#shared/records/ids.ts';
import type { Problem } from '#shared/records/problems.ts';
import { goldFault } from '#shared/verifier/verify.ts';
import { solutionFault } from '#trainer/data/solution-fault.ts';

/**
 * A problem set of the user's own, named after its file.
 *
 * @param path - of JSON lines
 * @throws {KnownError} `data-missing`, `benchmark-name-invalid`, and `problems-invalid`, also for an answer that no
 *   completion could match
 */
export async function ownBenchmark(path: string): Promise<Omit<StoredBenchmark, 'digest'>> {
  const name = nameOf(path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    const message = `The problem set ${path} cannot be read: ${messageOf(cause)}.`;
    throw new KnownError('data-missing', message, { cause });
  });
  const text = utf8Text(bytes, { code: 'problems-invalid', source: path });
  const problems = readOwnProblems(text, { benchmark: name, source: path });
  const faults = problems.flatMap(faultsOf);
  if (faults.length === 0) return { name, ...OWN_PROTOCOL, problems };
  throw new KnownError(
    'problems-invalid',
    `Answers of ${path} cannot be graded: ${faults.slice(0, MOST_NAMED).join(', ')}` +
      `${faults.length > MOST_NAMED ? ` and ${faults.length - MOST_NAMED} more` : ''}. Correct them.`,
  );
}

/** Faults that a message names. */
const MOST_NAMED = 10;

function faultsOf({ id, answer }: Problem): readonly string[] {
  const answers = typeof answer === 'string' ? [answer] : answer;
  const faults = answers.map((each) => goldFault(each) ?? solutionFault(each));
  return faults.flatMap((fault) => (fault === undefined ? [] : [`${id} (${fault})`]));
}

function nameOf(path: string): string {
  const stem = basename(path).slice(0, -OWN_SET.length);
  const name = stem.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
  const taken = BENCHMARK_NAMES.some((known) => known === name);
  if (!taken && BenchmarkName.safeParse(name).success) return name;
  const why = taken ? 'that is the name of another one' : 'that is no name of at most 64 letters and digits';
  throw new KnownError(
    'benchmark-name-invalid',
    `The problem set ${path} would be named "${name}" after its file, and ${why}. Rename the file.`,
  );
}
