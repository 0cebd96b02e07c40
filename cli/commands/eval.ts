import { pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import { evaluate, prepareRequest } from '../evaluate.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { StatusLine } from '../status-line.ts';

export interface EvalOptions extends EvaluationSettings {
  readonly home: string;
  readonly json: boolean;
  readonly model: string;
  readonly workers: number;
  readonly threads: number;
}

/** Scores a model folder on benchmarks. The same request again prints what is stored. */
export async function evalModel(options: EvalOptions): Promise<void> {
  const workspace = openWorkspace(options.home);
  const status = new StatusLine(process.stderr);
  const model = await pushModelFolder(workspace.store, options.model);
  const request = await prepareRequest(workspace.store, model, options, process.env);
  const onProgress = (done: number, total: number) => status.show(`evaluating: ${done} of ${total} shards`);
  const { workers, threads } = options;
  const { evaluation, summary } = await evaluate(workspace, request, { workers, threads, onProgress });
  status.clear();
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    const table = renderScoreTable([scoreRow('model', summary)]);
    process.stdout.write(
      `${table}\n\nEvaluation ${evaluation} of model ${model}, policy ${summary.policy}\n`,
    );
  }
  workspace.close();
}
