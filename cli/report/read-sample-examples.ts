import { listSamples } from '#functions/results/evaluations/list-samples.ts';
import type { ResultsPorts } from '#functions/results/results-ports.ts';
import { VerdictKind } from '#shared/records/evaluations.ts';
import type { SampleExamples } from './report-data.ts';

/** The first completion of each verdict, in the order of the evaluation, and how many there are. */
export async function readSampleExamples(
  evaluation: string,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<SampleExamples> {
  const counts: Record<string, number> = {};
  const samples = [];
  for (const verdict of VerdictKind.options) {
    const { items, total } = await listSamples(evaluation, { verdict, limit: 1 }, ports);
    samples.push(...items);
    if (total !== null && total > 0) counts[verdict] = total;
  }
  return { counts, samples };
}
