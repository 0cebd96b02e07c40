/**
 * Scores as the Hugging Face Hub reads them from a model's repository: `.eval_results/*.yaml`, one file for each benchmark.
 *
 * @see https://huggingface.co/docs/hub/eval-results
 */
import { headlineGrader } from '#functions/results/evaluations/headline-score.ts';
import { KnownError } from '#shared/errors.ts';
import type { ExportedFile } from './exported-file.ts';
import type { ScoredEvaluation, ScoredSet } from './read-scored.ts';

/** A dataset of the Hub that is registered as a benchmark: only who publishes the scores knows which one a set is of. */
export interface HubDataset {
  readonly benchmark: string;
  /** `org/name`. */
  readonly id: string;
  /** As the dataset's `eval.yaml` has it. */
  readonly task: string;
}

/**
 * The scores of the benchmarks that a dataset is named for, by the grader that counts.
 *
 * @throws {KnownError} `benchmark-unknown`; `evaluation-unfinished` where completions are missing
 */
export function hubResults(
  scored: ScoredEvaluation,
  datasets: readonly HubDataset[],
): readonly ExportedFile[] {
  return datasets.map((dataset) => {
    const set = scored.sets.find(({ benchmark }) => benchmark === dataset.benchmark);
    if (set) return { path: `.eval_results/${set.benchmark}.yaml`, text: resultOf(scored, set, dataset) };
    const names = scored.sets.map(({ benchmark }) => benchmark).join(', ');
    const message = `The evaluation has no benchmark ${dataset.benchmark}. It was made of ${names}.`;
    throw new KnownError('benchmark-unknown', message);
  });
}

/** YAML of which each text is a JSON string, which YAML takes. */
function resultOf(scored: ScoredEvaluation, set: ScoredSet, { id, task }: HubDataset): string {
  const { summary, request, createdAt } = scored;
  const name = headlineGrader(request.graders.map((each) => each.name));
  const grader = request.graders.find((each) => each.name === name);
  const found = summary.graders[name ?? '']?.benchmarks.find(({ benchmark }) => benchmark === set.benchmark);
  if (found?.score.mean == null) {
    const message = `Completions of ${set.benchmark} are missing, so that it has no score. Retry the evaluation, or leave it out.`;
    throw new KnownError('evaluation-unfinished', message);
  }
  const { mean, interval } = found.score;
  const range = interval ? `, 95 % interval ${interval.map(inPercent).join('–')}` : '';
  const how =
    set.temperature === 0 ? 'greedy' : `mean of ${set.samples} samples at temperature ${set.temperature}`;
  const notes = `${how}, at most ${set.maxTokens} tokens, ${found.problems} problems, grader ${name} (${grader?.version ?? '?'})${range}; oneshot evaluation ${scored.evaluation}`;
  return [
    '- dataset:',
    `    id: ${JSON.stringify(id)}`,
    `    task_id: ${JSON.stringify(task)}`,
    `  value: ${inPercent(mean)}`,
    ...(createdAt > 0 ? [`  date: ${JSON.stringify(new Date(createdAt).toISOString().slice(0, 10))}`] : []),
    `  notes: ${JSON.stringify(notes)}`,
    '',
  ].join('\n');
}

function inPercent(share: number): string {
  return (100 * share).toFixed(2);
}
