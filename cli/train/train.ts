/**
 * `oneshot train` and `oneshot recipes`.
 *
 * `resolve-run.ts` settles the config and stores the run (`settle-settings.ts`, `choose-reward.ts` and `find-fork.ts`
 * read what the command line changes). `train-run.ts` trains it here and `follow-run.ts` waits for its scores, told by
 * `progress-view.ts`, beside the vLLM servers of `run-servers.ts` where it needs some; `submit-run.ts` hands it to a deployment instead. Imports `evaluate/` and what lies below that.
 */
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { ProgressView } from './progress-view.ts';
import { type RunOverrides, resolveRun } from './resolve-run.ts';
import { settleServers, startRunServers } from './run-servers.ts';
import { submitRun } from './submit-run.ts';
import { trainRun } from './train-run.ts';

export interface TrainOptions extends RunOverrides {
  readonly home: string;
  readonly aws?: string | undefined;
  /** `aws`: as a Batch job of the deployment. */
  readonly on: 'here' | 'aws';
  readonly json: boolean;
  readonly inexact: boolean;
  readonly rewind: boolean;
  readonly resample: boolean;
  readonly workers: number;
  /** Threads of each evaluation worker. */
  readonly evalThreads: number;
}

/** Trains a recipe, every checkpoint evaluated as it is written; run again, it goes on where it stands. */
export async function train(recipeName: string | undefined, options: TrainOptions): Promise<void> {
  const recipe = recipeName === undefined ? undefined : recipeByName(recipeName);
  if (options.on === 'aws') return submitRun(recipe, options);
  const workspace = await openPlace(options);
  const { run, config } = await resolveRun(workspace, recipe, options, process.env);
  const settled = await settleServers(config, workspace, process.env);
  const python = await prepareEngine({ json: options.json }); // which takes minutes the first time: everything was looked at before
  const view = new ProgressView(process.stdout, run, options.json);
  if (config.fork) view.onFork(config.fork.checkpoint);
  if (config.evaluation === null) view.onNoEvaluation();
  const { inexact, rewind, resample, workers, evalThreads: threads, aws } = options;
  if (settled) view.onPhase('servers');
  const onProblem = (entry: LogEntry) => view.onProblem(entry);
  const servers =
    settled && (await startRunServers(settled, config.model, workspace, onProblem, process.env));
  const { checkpoints } = await trainRun(workspace, run, view, {
    python,
    inexact,
    rewind,
    resample,
    workers,
    threads,
    aws,
    servers,
  }).finally(() => view.end());
  const rows = checkpoints.flatMap(({ checkpoint, summary }) =>
    summary ? [scoreRow(`step ${checkpoint.step}`, summary)] : [],
  );
  const model = checkpoints.at(-1)?.checkpoint.model ?? config.model;
  // In a deployment they stay there: nobody has asked to have them here.
  const weights = workspace.remote
    ? undefined
    : await fetchModelFolder(workspace.store, model, workspace.cache);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ event: 'run-finished', run, model, weights, rows })}\n`);
  else {
    const table = rows.length > 0 ? `\n${renderScoreTable(rows)}\n\n` : '';
    const where = weights ? `Weights: ${weights}, a Hugging Face folder; copy it to keep it\n` : '';
    process.stdout.write(`${table}Run: ${run}\n${where || `Model: ${model}\n`}`);
  }
  workspace.close();
}
