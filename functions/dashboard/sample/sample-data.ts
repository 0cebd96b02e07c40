import { verifyOptionsOf } from '#shared/benchmarks/verify-options.ts';
import { benchmarkOf } from '#shared/items.ts';
import type { GraderName, Item } from '#shared/records/evaluations.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { verifierVersion } from '#shared/verifier/verify.ts';
import { graderOf, newestRound } from '../../results/evaluations/newest-round.ts';
import { readSample } from '../../results/evaluations/read-sample.ts';
import { type SampleNeighbours, sampleNeighbours } from '../../results/evaluations/sample-neighbours.ts';
import type { SampleDetail } from '../../results/evaluations/sample-view.ts';
import { placeOfItem } from '../../results/evaluations/shard-of-item.ts';
import { type SampleHistory, type SoughtSample, sampleHistory } from '../../results/runs/sample-history.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { type Check, checkAgain } from './check-again.ts';
import type { SampleFilters } from './sample-filters.ts';
import { sampleWarnings, type Warning } from './sample-warnings.ts';

/** Samples of a page of the list that a sample is in. */
export const SAMPLES_PER_PAGE = 50;

/** All that the page of a sample shows. */
export interface SampleData extends SampleDetail {
  /** Whose verdict counts here. */
  readonly grader: GraderName;
  /** Tokens that its set allows. */
  readonly limit: number | null;
  /** Version of the verifier that checked it again. */
  readonly verifier: string;
  readonly checks: readonly Check[];
  readonly warnings: readonly Warning[];
  /** The same sample at other checkpoints of its run; `null` of a model that was given by hand. */
  readonly history: SampleHistory | null;
  /** In the list that the filters leave; `null` where it is not in it, or the list is too long. */
  readonly neighbours: SampleNeighbours | null;
}

/** Gathers the page of a sample. @throws {KnownError} `evaluation-unknown`, `sample-unknown`, `grader-unknown` */
export async function readSampleData(
  evaluation: string,
  item: Item,
  filters: SampleFilters,
  ports: DashboardPorts,
): Promise<SampleData> {
  const detail = await readSample(evaluation, item.problem, item.sample, ports);
  const { request, manifest } = await newestRound(evaluation, ports);
  const grader = graderOf(filters.grader, request);
  const problem = (await readProblemsById(ports.store, request)).get(item.problem);
  const set = request.generation.sets.find(({ benchmark }) => benchmark === benchmarkOf(item.problem));
  const limit = set?.maxTokens ?? null;
  const shard = manifest?.shards[placeOfItem(manifest, item)]?.shard ?? 0; // as good a guess as any
  const query = { ...filters, grader, limit: SAMPLES_PER_PAGE };
  return {
    ...detail,
    ...{ grader, limit, verifier: verifierVersion },
    checks: problem ? checkAgain(detail, problem, request.graders) : [],
    warnings: problem
      ? sampleWarnings({ sample: detail, grader, options: verifyOptionsOf(problem), limit })
      : [],
    history: await historyOf(detail, { item, grader, shard }, ports),
    neighbours: await sampleNeighbours(evaluation, query, item, ports),
  };
}

async function historyOf(
  { checkpoint }: SampleDetail,
  sought: SoughtSample,
  ports: DashboardPorts,
): Promise<SampleHistory | null> {
  if (!checkpoint) return null;
  try {
    return await sampleHistory(checkpoint.run, checkpoint.step, sought, ports);
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}
