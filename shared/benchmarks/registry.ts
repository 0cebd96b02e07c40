import type { Problem } from '../records/problems.ts';
import { type KnownBenchmark, unknownBenchmark } from './benchmark-names.ts';
import { type MicroSet, microProblems } from './microcosm/test-sets.ts';

/** A benchmark by name, and the protocol that the paper scores it by (arXiv:2504.20571 §B.5). */
export interface BenchmarkSpec {
  readonly name: string;
  readonly title: string;
  readonly samples: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** Limit of new tokens. */
  readonly maxTokens: number;
  /** New tokens that a completion usually takes: a static estimate that only cuts work into shards. */
  readonly expectedTokens: number;
  /** The paper's grader leaves unit words of its answers alone. */
  readonly keepUnits?: true;
  /** A file under the data folder, or problems made on the spot. */
  readonly source: { readonly file: string } | { readonly procedural: () => readonly Problem[] };
}

const real = { topP: 1, maxTokens: 3072, expectedTokens: 900 } as const;
const greedy = { samples: 1, temperature: 0 } as const;
const averaged = { samples: 8, temperature: 0.6 } as const;
const file = (name: KnownBenchmark) => ({ name, source: { file: `benchmarks/${name}.jsonl` } });

const micro = { topP: 1, maxTokens: 64, expectedTokens: 20 } as const;
const procedural = (name: MicroSet) => ({ name, source: { procedural: () => microProblems(name) } });

export const benchmarks: readonly BenchmarkSpec[] = [
  { ...file('math500'), title: 'MATH500', ...real, ...greedy },
  { ...file('aime24'), title: 'AIME 2024', ...real, ...averaged },
  { ...file('amc23'), title: 'AMC 2023', ...real, ...averaged },
  { ...file('minerva_math'), title: 'Minerva Math', ...real, ...greedy, keepUnits: true },
  { ...file('olympiadbench'), title: 'OlympiadBench', ...real, ...greedy },
  { ...file('aime25'), title: 'AIME 2025', ...real, ...averaged },
  { ...procedural('micro-math500'), title: 'micro MATH500', ...micro, ...greedy },
  { ...procedural('micro-aime24'), title: 'micro AIME 2024', ...micro, ...averaged },
  { ...procedural('micro-amc23'), title: 'micro AMC 2023', ...micro, ...averaged },
  { ...procedural('micro-minerva'), title: 'micro Minerva', ...micro, ...greedy },
  { ...procedural('micro-olympiad'), title: 'micro Olympiad', ...micro, ...greedy },
  { ...procedural('micro-aime25'), title: 'micro AIME 2025', ...micro, ...averaged },
];

/** How a problem set of the user's own is sampled. */
export const OWN_PROTOCOL = {
  samples: 1,
  temperature: 0,
  topP: real.topP,
  maxTokens: real.maxTokens,
} as const;

/** New tokens that a completion of a benchmark usually takes; one of the user's own is taken to be like the real ones. */
export function expectedTokens(name: string): number {
  return benchmarks.find((benchmark) => benchmark.name === name)?.expectedTokens ?? real.expectedTokens;
}

/** Whether unit words of a benchmark's answers are left alone; a benchmark that nobody knows has no such rule. */
export function keepsUnits(name: string): boolean {
  return benchmarks.find((benchmark) => benchmark.name === name)?.keepUnits ?? false;
}

/** @throws {KnownError} `benchmark-unknown` */
export function benchmarkByName(name: string): BenchmarkSpec {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found) return found;
  throw unknownBenchmark(name);
}
