import type { GraderName } from '#shared/records/evaluations.ts';
import { heldAlways } from '../held.ts';
import type { ResultsPorts } from '../results-ports.ts';
import type { EvaluationView } from './evaluation-view.ts';
import { headlineGrader } from './headline-score.ts';
import { readRoundItems } from './read-round-items.ts';
import { type RepeatedSamples, repeatedSamples } from './repeated-samples.ts';

/** Of a square of the grid, about. */
const SAMPLE_BYTES = 16;

/** What the samples of an evaluation that is over say by the grader that counts; nothing where each problem has one. */
export async function readRepeatedSamples(
  { evaluation, round, summary, benchmarks }: EvaluationView,
  { store }: Pick<ResultsPorts, 'store'>,
): Promise<readonly RepeatedSamples[]> {
  const grader = summary && headlineGrader(Object.keys(summary.graders));
  if (!grader || benchmarks.every(({ samples }) => samples === 1)) return [];
  return heldAlways(store, `repeated ${evaluation} ${round} ${grader}`, async () => {
    const items = await readRoundItems({ evaluation, round }, store);
    return {
      value: repeatedSamples(items, grader as GraderName, benchmarks), // summaries name graders by their names
      sizeBytes: SAMPLE_BYTES * items.length,
    };
  });
}
