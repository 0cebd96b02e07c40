/**
 * `oneshot train` and `oneshot recipes`.
 *
 * `resolve-run.ts` settles the config and stores the run (`settle-settings.ts`, `choose-reward.ts` and `find-fork.ts`
 * read what the command line changes). `train-run.ts` trains it here and `follow-run.ts` waits for its scores, told by
 * `progress-view.ts`; `submit-run.ts` hands it to a deployment instead. Imports `evaluate/` and what lies below that.
 */
import { availableParallelism } from 'node:os';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import { samplerUrl } from '#trainer/samplers/make-sampler.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import { describeMachine } from '../machine/describe-machine.ts';
import { planWarnings } from '../plan/warnings.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { coreShortage } from './core-shortage.ts';
import { dryRun, lookAhead } from './look-ahead.ts';
import { ProgressView } from './progress-view.ts';
import { type RunOverrides, resolveRun } from './resolve-run.ts';
import { submitRun } from './submit-run.ts';
import { type EvaluationPolicy, trainRun } from './train-run.ts';
import { unscoredNote } from './unscored-note.ts';

export interface TrainOptions extends RunOverrides {
  readonly home: string;
  readonly aws?: string | undefined;
  /** `aws`: as a Batch job of the deployment. */
  readonly on: 'here' | 'aws';
  readonly json: boolean;
  /** Prints the plan and ends. */
  readonly dryRun: boolean;
  readonly inexact: boolean;
  readonly rewind: boolean;
  readonly resample: boolean;
  /** By default here, or where the deployment is. */
  readonly evaluate?: EvaluationPolicy | 'none' | undefined;
  readonly wait: boolean;
  readonly workers: number;
  /** Threads of each evaluation worker. */
  readonly evalThreads: number;
}

/**
 * Trains a recipe, its checkpoints evaluated when the policy says; run again, it goes on where it stands. It ends with the
 * training, and says which checkpoints are not scored by then.
 */
export async function train(recipeName: string | undefined, options: TrainOptions): Promise<void> {
  const recipe = recipeName === undefined ? undefined : recipeByName(recipeName);
  if (options.dryRun) return dryRun(recipe, options, process.env);
  if (options.on === 'aws') {
    policyOf(options.evaluate, true);
    if (options.wait) throw usage('--wait waits for a run that trains here; --on aws hands it over and ends');
    return submitRun(recipe, options);
  }
  const workspace = await openPlace(options);
  const policy = policyOf(options.evaluate, workspace.remote);
  const { plan, choice } = await lookAhead(workspace, recipe, options, process.env);
  const { run, config } = await resolveRun(workspace, recipe, options, process.env, choice.values);
  if (config.sampler.kind === 'vllm') samplerUrl(process.env);
  const python = await prepareEngine({ json: options.json }); // which takes minutes the first time: everything was looked at before
  const view = new ProgressView(process.stdout, run, options.json);
  view.onMachine(
    describeMachine(plan.machine, config),
    planWarnings(config, plan.machine, { disk: plan.disk }),
  );
  if (config.fork) view.onFork(config.fork.checkpoint);
  if (config.evaluation === null) view.onNoEvaluation();
  const { inexact, rewind, resample, workers, evalThreads: threads, aws } = options;
  const { engine, evaluation } = config;
  const shortage = coreShortage(engine, { workers, threads }, availableParallelism());
  if (shortage !== undefined && evaluation !== null && policy === 'between-steps')
    view.onSharedCores(shortage);
  const scoring = { evaluate: policy, wait: options.wait, workers, threads };
  const { checkpoints, unscored } = await trainRun(workspace, run, view, {
    ...{ python, inexact, rewind, resample, aws },
    ...scoring,
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
    process.stdout.write(
      `${JSON.stringify({ event: 'run-finished', run, model, weights, rows, unscored })}\n`,
    );
  else {
    const table = rows.length > 0 ? `\n${renderScoreTable(rows)}\n\n` : '';
    const where = weights ? `Weights: ${weights}, a Hugging Face folder; copy it to keep it\n` : '';
    const note = unscoredNote(run, { unscored, total: checkpoints.length }, options);
    process.stdout.write(`${table}${note}Run: ${run}\n${where || `Model: ${model}\n`}`);
  }
  workspace.close();
}

/** @throws {UsageError} where a deployment's workers are asked to work by this command's clock */
function policyOf(asked: TrainOptions['evaluate'], remote: boolean): EvaluationPolicy {
  if (asked === undefined || asked === 'none') return remote ? 'elsewhere' : 'between-steps';
  if (!remote || asked === 'elsewhere') return asked;
  throw usage(
    `--evaluate ${asked} is about workers of this machine; a deployment scores with its own: elsewhere, or none`,
  );
}

function usage(what: string): UsageError {
  return new UsageError('oneshot train', what);
}
