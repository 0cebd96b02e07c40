import { readCompareData } from '#functions/dashboard/compare/compare-data.ts';
import { CompareQuery } from '#functions/dashboard/compare/compare-query.ts';
import { sideNames } from '#functions/dashboard/compare/compare-words.ts';
import { type Flip, readFlip } from '#functions/dashboard/compare/read-flips.ts';
import type { DashboardPorts } from '#functions/dashboard/dashboard-ports.ts';
import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import { newestRound } from '#functions/results/evaluations/newest-round.ts';
import type { Sides } from '#shared/comparison/verdict.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { ReportComparison } from './report-data.ts';

/**
 * Compares two evaluations and shows a problem of each kind: gained, lost, solved by neither.
 *
 * @param sides - what they are called; by their checkpoints by default
 * @throws {KnownError} as `compareEvaluations` does
 */
export async function readComparison(
  ends: { readonly a: string; readonly b: string },
  sides: Sides | undefined,
  ports: DashboardPorts,
): Promise<ReportComparison> {
  const { a, others } = await readCompareData({ ...CompareQuery.parse(ends), ...ends }, ports);
  const [{ side: b, comparison }] = others;
  const rounds = [await newestRound(ends.a, ports), await newestRound(ends.b, ports)] as const;
  const all = (of: 'gained' | 'lost' | 'solved' | 'unsolved') =>
    comparison.benchmarks.flatMap((row) => row[of]);
  const examples: Flip[] = [];
  for (const [kind, problems] of [
    ['won', all('gained')],
    ['lost', all('lost')],
    ['neither', all('unsolved')],
  ] as const) {
    const problem = firstByDigest(problems);
    if (problem !== undefined)
      examples.push(await readFlip({ problem, kind }, comparison.grader, rounds, ports.store));
  }
  return {
    ...{ a, b, comparison, sides: sides ?? sideNames({ a, b }), examples },
    counts: countsOf(comparison),
  };
}

function countsOf({ benchmarks }: Comparison): ReportComparison['counts'] {
  const count = (of: 'gained' | 'lost' | 'solved' | 'unsolved') =>
    benchmarks.reduce((sum, row) => sum + row[of].length, 0);
  return {
    gained: count('gained'),
    lost: count('lost'),
    solved: count('solved'),
    unsolved: count('unsolved'),
  };
}

/** By the sha256 of its id, which knows nothing of what stands in it: nobody picks an example. */
export function firstByDigest(problems: readonly string[]): string | undefined {
  const named = problems.map((problem) => ({ problem, digest: sha256Hex(problem) }));
  return named.sort((x, y) => (x.digest < y.digest ? -1 : 1))[0]?.problem;
}
