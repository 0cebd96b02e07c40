import { KnownError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';

/**
 * The benchmarks of the registry, in its order. A file of their own: whoever only reads a name, such as the command
 * line, need not load what makes and parses problems.
 */
export const BENCHMARK_NAMES = [
  'math500',
  'aime24',
  'amc23',
  'minerva_math',
  'olympiadbench',
  'aime25',
  'micro-math500',
  'micro-aime24',
  'micro-amc23',
  'micro-minerva',
  'micro-olympiad',
  'micro-aime25',
] as const;
export type KnownBenchmark = (typeof BENCHMARK_NAMES)[number];

/** @throws {KnownError} `benchmark-unknown` */
export function parseBenchmarkName(name: string): KnownBenchmark {
  const found = BENCHMARK_NAMES.find((known) => known === name);
  if (found !== undefined) return found;
  throw unknownBenchmark(name);
}

/** How the path of a problem set of the user's own ends. */
export const OWN_SET = '.jsonl';

/** A name of the registry, or the path of a problem set of the user's own. @throws {KnownError} `benchmark-unknown` */
export function parseBenchmark(text: string): string {
  return text.endsWith(OWN_SET) ? text : parseBenchmarkName(text);
}

export function unknownBenchmark(name: string): KnownError {
  return new KnownError(
    'benchmark-unknown',
    `There is no benchmark ${name}.${didYouMean(name, BENCHMARK_NAMES)} Known benchmarks: ${BENCHMARK_NAMES.join(', ')}.`,
  );
}
