import { benchmarkOf } from '#shared/items.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { type Facets, fits } from '../facets.ts';
import { isSuspect } from './is-suspect.ts';
import type { JudgedSample } from './judged-shards.ts';
import { isDisputed } from './judging-verdicts.ts';
import type { SampleQuery } from './sample-view.ts';

/** What a query asks of samples. */
export interface SampleFilter {
  /** Filters with values to choose from. */
  readonly facets: Facets<
    JudgedSample,
    'benchmark' | 'verdict' | 'truncated' | 'disagree' | 'suspect' | 'level'
  >;
  /** The others. */
  readonly plain: (item: JudgedSample) => boolean;
}

export function sampleFilter(
  query: SampleQuery,
  grader: GraderName,
  problems: ReadonlyMap<string, Problem>,
): SampleFilter {
  const { benchmark, verdict, truncated, disagree, suspect, level } = query;
  return {
    facets: {
      benchmark: { of: ({ problem }) => benchmarkOf(problem), wanted: benchmark },
      verdict: { of: ({ verdicts }) => verdicts[grader]?.verdict, wanted: verdict },
      truncated: { of: (item) => item.truncated, wanted: truncated },
      disagree: { of: isDisputed, wanted: disagree },
      suspect: {
        of: (item) => isSuspect(item, grader, problems.get(item.problem)?.answer ?? []),
        wanted: suspect,
      },
      level: { of: (item) => item.level, wanted: level },
    },
    plain: plainFilter(query, problems),
  };
}

export function passesAll({ facets, plain }: SampleFilter, item: JudgedSample): boolean {
  return Object.values(facets).every((facet) => fits(facet, item)) && plain(item);
}

function plainFilter(
  { problem, minTokens, maxTokens, q }: SampleQuery,
  problems: ReadonlyMap<string, Problem>,
): SampleFilter['plain'] {
  const sought = q?.toLowerCase();
  const says = (text: string | undefined) =>
    sought === undefined || (text?.toLowerCase().includes(sought) ?? false);
  return (item) =>
    (problem === undefined || item.problem === problem) &&
    (minTokens === undefined || item.tokens >= minTokens) &&
    (maxTokens === undefined || item.tokens <= maxTokens) &&
    (says(item.text) || says(problems.get(item.problem)?.problem));
}
