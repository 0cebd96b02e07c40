import { hasCode } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { GraderName, Item } from '#shared/records/evaluations.ts';
import type { EvaluationView } from '../../results/evaluations/evaluation-view.ts';
import { listSamples } from '../../results/evaluations/list-samples.ts';
import { graderOf } from '../../results/evaluations/newest-round.ts';
import { notesOf } from '../../results/evaluations/notes.ts';
import { findRequest, readEvaluation } from '../../results/evaluations/read-evaluation.ts';
import type { SamplePage } from '../../results/evaluations/sample-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { readSampleData, SAMPLES_PER_PAGE, type SampleData } from '../sample/sample-data.ts';
import type { SampleFilters } from '../sample/sample-filters.ts';
import type { SamplesQuery } from './samples-query.ts';

/** Filters that leave something out; the grader only says whose verdicts are meant. */
export type FilterName = Exclude<keyof SampleFilters, 'grader'>;

/** All that the page of an evaluation's samples shows. */
export interface SamplesData
  extends Pick<EvaluationView, 'evaluation' | 'status' | 'over' | 'coverage' | 'refused'> {
  /** Shards that failed, or were left out. */
  readonly failedShards: number;
  readonly grader: GraderName;
  readonly graders: readonly GraderName[];
  readonly benchmarks: readonly string[];
  readonly page: SamplePage;
  /** Samples of the page with notes of readers, such as `aime25/7/0`. */
  readonly noted: readonly string[];
  /** `null` where something fits. */
  readonly blocked: Blocked | null;
  /** `null` where none is, or where it is not there. */
  readonly open: SampleData | null;
}

/** Why nothing fits. */
export interface Blocked {
  /** Filters that no sample passes, whatever the others are. */
  readonly alone: readonly FilterName[];
  /** Filters without which there are samples, and how many: one of them, or all that no sample passes. */
  readonly without: readonly { readonly filters: readonly FilterName[]; readonly samples: number }[];
}

/**
 * Gathers a page of an evaluation's samples.
 *
 * @throws {KnownError} `evaluation-unknown`, `benchmark-unknown`, `grader-unknown`, `cursor-invalid`
 */
export async function readSamplesData(
  evaluation: string,
  { cursor, open, show: _, ...filters }: SamplesQuery,
  ports: DashboardPorts,
): Promise<SamplesData> {
  const view = await readEvaluation(evaluation, ports);
  const { status, over, coverage, refused, summary } = view;
  const grader = graderOf(filters.grader, await findRequest(ports.store, evaluation));
  const asked = { ...filters, grader };
  const page = await listSamples(evaluation, { ...asked, cursor, limit: SAMPLES_PER_PAGE }, ports);
  return {
    ...{ evaluation, status, over, coverage, refused },
    failedShards: sum(Object.values(summary?.coverage.failed ?? {})),
    ...{ grader, graders: view.graders, benchmarks: view.benchmarks.map(({ benchmark }) => benchmark), page },
    noted: await notedOf(page, evaluation, ports),
    blocked: page.total === 0 ? await whyNone(evaluation, asked, ports) : null,
    open: open === undefined ? null : await openSample(evaluation, open, filters, ports),
  };
}

async function notedOf({ items }: SamplePage, evaluation: string, ports: DashboardPorts) {
  const named = ({ problem, sample }: Item) => `${problem}/${sample}`;
  const noted = new Set((await notesOf(evaluation, ports)).map(named));
  return items.map(named).filter((name) => noted.has(name));
}

const FILTERS: readonly FilterName[] = [
  ...(['q', 'problem', 'minTokens', 'maxTokens', 'suspect', 'disagree', 'truncated', 'level'] as const),
  ...(['verdict', 'benchmark'] as const),
];

async function whyNone(evaluation: string, asked: SampleFilters, ports: DashboardPorts): Promise<Blocked> {
  const used = FILTERS.filter((filter) => asked[filter] !== undefined);
  const countWithout = async (filters: readonly FilterName[]) => {
    const off = Object.fromEntries(filters.map((filter) => [filter, undefined]));
    return (await listSamples(evaluation, { ...asked, ...off, limit: 1 }, ports)).total ?? 0;
  };
  const alone: FilterName[] = [];
  for (const filter of used)
    if ((await countWithout(used.filter((each) => each !== filter))) === 0) alone.push(filter);
  const without: Blocked['without'][number][] = [];
  for (const filters of alone.length > 1 ? [alone] : used.map((filter) => [filter])) {
    const samples = await countWithout(filters);
    if (samples > 0) without.push({ filters, samples });
  }
  return { alone, without };
}

async function openSample(
  evaluation: string,
  open: string,
  filters: SampleFilters,
  ports: DashboardPorts,
): Promise<SampleData | null> {
  const end = open.lastIndexOf('/');
  const item = { problem: open.slice(0, end), sample: Number(open.slice(end + 1)) };
  try {
    return await readSampleData(evaluation, item, filters, ports);
  } catch (error) {
    if (hasCode(error, 'sample-unknown')) return null;
    throw error;
  }
}
