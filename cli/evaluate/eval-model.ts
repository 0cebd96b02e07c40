import { openPlace } from '#shared/adapters/open-place.ts';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import { KnownError } from '#shared/errors.ts';
import type { Summary } from '#shared/records/summary.ts';
import { offeringData } from '../data/offering-data.ts';
import { storeModel } from '../push/store-model.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { Progress } from '../terminal/progress.ts';
import { evaluate, prepareRequest } from './evaluate.ts';

export interface EvalOptions extends EvaluationSettings {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly model: string;
  readonly workers: number;
  readonly threads: number;
}

/** Scores a model folder on benchmarks. The same request again prints what is stored. */
export async function evalModel(options: EvalOptions): Promise<void> {
  const workspace = await openPlace(options);
  const progress = new Progress(process.stderr, options.json);
  progress.show({ phase: 'pushing', text: `reading ${options.model}` });
  const model = await storeModel(workspace.store, options.model, [options.template]);
  progress.clear();
  const prepare = () => prepareRequest(workspace.store, model, options, process.env);
  const request = await offeringData(prepare, options);
  const { workers, threads } = options;
  const { evaluation, summary } = await evaluate(workspace, request, {
    workers,
    threads,
    onProgress: (entry) => progress.show(entry),
    onProblem: (entry) => progress.say(entry, `problem: ${String(entry['detail'] ?? entry.event)}`),
  }).finally(() => progress.clear());
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    const table = renderScoreTable(
      [...new Set(options.graders)].map((name) => scoreRow(name, summary, name)),
    );
    process.stdout.write(
      `${table}\n${cutNote(summary)}\nEvaluation ${evaluation} of model ${model}, policy ${summary.policy}\n`,
    );
  }
  workspace.close();
  assertCovered(summary);
}

/** Completions that all reach their limit say that something ends none of them. */
function cutNote({ graders }: Summary): string {
  const [graded] = Object.values(graders);
  const cut = (graded?.benchmarks ?? []).filter(({ truncatedShare }) => truncatedShare === 1);
  if (cut.length === 0) return '';
  const names = cut.map(({ benchmark }) => benchmark).join(', ');
  return (
    `Every completion of ${names} was cut at its limit of tokens. Raise --max-tokens, or see that the model's ` +
    'generation_config.json or tokenizer_config.json names the token that ends an answer (eos_token).\n'
  );
}

/** A score with holes in it must not pass for a score. @throws {KnownError} `evaluation-incomplete` */
function assertCovered({ evaluation, coverage }: Summary): void {
  const reasons = Object.entries(coverage.failed).map(([reason, shards]) => `${shards} ${reason}`);
  if (reasons.length === 0) {
    assertAnswered(evaluation, coverage.unanswered ?? {});
    return;
  }
  throw new KnownError(
    'evaluation-incomplete',
    `Of the ${coverage.shards} shards of evaluation ${evaluation} some failed for good (${reasons.join(', ')}), so ` +
      'that its scores are bounds. The problems printed above say why.',
  );
}

function assertAnswered(evaluation: string, unanswered: Readonly<Record<string, number>>): void {
  const reasons = Object.entries(unanswered).map(([reason, completions]) => `${completions} ${reason}`);
  if (reasons.length === 0) return;
  throw new KnownError(
    'evaluation-incomplete',
    `Completions of evaluation ${evaluation} could not be asked for (${reasons.join(', ')}), so that the scores of their ` +
      'sets are bounds. Shorten those problems, or name another --template or a model with a longer context.',
  );
}
