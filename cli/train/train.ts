/**
 * `oneshot train` and `oneshot recipes`.
 *
 * `ask-run.ts` reads what a command asks for, once (`settle-settings.ts`, `choose-reward.ts` and `find-fork.ts` what the
 * command line changes, `read-config-file.ts` and `with-config-file.ts` what a file does; `print-config.ts` writes such a
 * file). `watch-stalled.ts` looks for scores that do not come. `look-ahead.ts` plans it for the machine (`plan-run.ts`), and `resolve-run.ts` settles the config and stores the
 * run. `train-run.ts` trains it here, told by `progress-view.ts`, beside the vLLM servers of `run-servers.ts` where it needs
 * some; `submit-run.ts` hands it to a deployment instead. Imports `evaluate/` and what lies below that.
 */
import { availableParallelism } from 'node:os';
import { parse } from 'yaml';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { recipeByName } from '#trainer/recipes/recipes.ts';
import type { RunConfig } from '#trainer/settings/config.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import { offeringData } from '../data/offering-data.ts';
import { generatorName } from '../evaluate/choose-generator.ts';
import { describeMachine } from '../machine/describe-machine.ts';
import { planWarnings } from '../plan/warnings.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { AlertWebhook, webhookTarget } from './alert-webhook.ts';
import { type AskedRun, askRun } from './ask-run.ts';
import { moduleFolders } from './choose-reward.ts';
import { coreShortage } from './core-shortage.ts';
import { dryRun, lookAhead } from './look-ahead.ts';
import type { Planned } from './plan-run.ts';
import { scoringAdvice } from './plan-scorer.ts';
import { printConfig } from './print-config.ts';
import { ProgressView } from './progress-view.ts';
import { readConfigFile } from './read-config-file.ts';
import { resolveRun } from './resolve-run.ts';
import type { RunOverrides } from './run-overrides.ts';
import { requireSampler, settleServers, startRunServers, turnsNote } from './run-servers.ts';
import { submitRun } from './submit-run.ts';
import { type EvaluationPolicy, trainRun } from './train-run.ts';
import { unscoredNote } from './unscored-note.ts';
import { withConfigFile } from './with-config-file.ts';

export interface TrainOptions extends RunOverrides {
  readonly home: string;
  readonly aws?: string | undefined;
  /** `aws`: as a Batch job of the deployment. */
  readonly on: 'here' | 'aws';
  readonly json: boolean;
  /** A file of settings, YAML or JSON. */
  readonly config?: string | undefined;
  /** Print what would be trained, and train nothing. */
  readonly printConfig: boolean;
  /** Prints the plan and ends. */
  readonly dryRun: boolean;
  readonly inexact: boolean;
  readonly rewind: boolean;
  readonly resample: boolean;
  /** By default here, or where the deployment is. */
  readonly evaluate?: EvaluationPolicy | 'none' | undefined;
  readonly wait: boolean;
  /** Address that alerts are sent to. */
  readonly alert?: string | undefined;
  /** End with an exit code of its own where the run warned of something. */
  readonly failOnAlert: boolean;
  readonly workers: number;
  /** Threads of each evaluation worker. */
  readonly evalThreads: number;
}

/**
 * Trains a recipe, its checkpoints evaluated when the policy says; run again, it goes on where it stands. It ends with the
 * training, and says which checkpoints are not scored by then.
 */
export async function train(named: string | undefined, given: TrainOptions): Promise<void> {
  const file = given.config === undefined ? undefined : await readConfigFile(given.config);
  const options = file ? withConfigFile(file, given) : given;
  const recipeName = named ?? file?.recipe;
  const recipe = recipeName === undefined ? undefined : recipeByName(recipeName);
  if (options.printConfig) return print(recipe, options);
  if (options.dryRun) return dryRun(recipe, options, process.env);
  const target = options.alert === undefined ? undefined : webhookTarget(options.alert, process.env);
  if (options.on === 'aws') {
    policyOf(options.evaluate, true);
    if (target ?? options.failOnAlert)
      throw usage(
        '--alert and --fail-on-alert are of the command that trains; --on aws hands the run over and ends',
      );
    if (options.wait) throw usage('--wait waits for a run that trains here; --on aws hands it over and ends');
    return submitRun(recipe, options);
  }
  const workspace = await openPlace(options);
  const policy = policyOf(options.evaluate, workspace.remote);
  const asked = await askRun(workspace.store, recipe, options);
  const planned = await lookAhead(workspace, asked, options, process.env);
  await requireSampler(planned.plan.settled, process.env);
  const resolve = () => resolveRun(workspace, asked, process.env, planned.decided);
  const { run, config } = await offeringData(resolve, options);
  const settled = await settleServers(config, workspace, process.env);
  const python = await prepareEngine({ json: options.json }); // which takes minutes the first time: everything was looked at before
  const view = new ProgressView(process.stdout, run, options.json);
  const scorer =
    config.evaluation && !workspace.remote ? generatorName(config.evaluation.generation) : undefined;
  tellMachine(view, scorer, { asked, planned, config, options });
  if (config.fork) view.onFork(config.fork.checkpoint);
  if (config.evaluation === null) view.onNoEvaluation();
  const { inexact, rewind, resample, workers, evalThreads: threads, aws } = options;
  const sharing = settled?.evaluates
    ? turnsNote(settled.placement)
    : coreShortage(config.engine, { workers, threads }, availableParallelism());
  const scoresHere = settled?.evaluates || scorer === 'onnx';
  if (sharing !== undefined && scoresHere && policy === 'between-steps') view.onShared(sharing);
  if (settled) view.onPhase('servers');
  const onProblem = (entry: LogEntry) => view.onProblem(entry);
  const servers =
    settled && (await startRunServers(settled, config.model, workspace, onProblem, process.env));
  const webhook = target && new AlertWebhook(target.url, target.secret, (detail) => warn(view, detail));
  const scoring = { evaluate: policy, wait: options.wait, workers, threads };
  const training = trainRun(workspace, run, view, {
    ...{ python, inexact, rewind, resample, aws },
    ...scoring,
    ...{ servers, webhook },
    rewardFolders: moduleFolders(options.reward ?? []),
  });
  const { checkpoints, unscored } = await whenDelivered(training, webhook).finally(() => view.end());
  const rows = checkpoints.flatMap(({ checkpoint, summary }) =>
    summary ? [scoreRow(`step ${checkpoint.step}`, summary)] : [],
  );
  const model = checkpoints.at(-1)?.checkpoint.model ?? config.model;
  if (options.json) {
    // In a deployment they stay there: nobody has asked to have them here.
    const weights = workspace.remote
      ? undefined
      : await fetchModelFolder(workspace.store, model, workspace.cache);
    process.stdout.write(
      `${JSON.stringify({ event: 'run-finished', run, model, weights, rows, unscored })}\n`,
    );
  } else {
    const table = rows.length > 0 ? `\n${renderScoreTable(rows)}\n\n` : '';
    const note = unscoredNote(run, { unscored, total: checkpoints.length }, options);
    const weights = `Its weights as a Hugging Face folder: ${exportCommand(run, options)}`;
    process.stdout.write(`${table}${note}Run: ${run}\n${weights}\n`);
  }
  if (options.failOnAlert && view.alerted) process.exitCode = EXIT.alerted;
  workspace.close();
}

/** What the run computes on and what of the machine it does not use, as it was settled. @param scorer - who scores here */
function tellMachine(
  view: ProgressView,
  scorer: string | undefined,
  told: {
    readonly asked: AskedRun;
    readonly planned: Planned;
    readonly config: RunConfig;
    readonly options: Pick<TrainOptions, 'workers' | 'evalThreads'>;
  },
): void {
  const { asked, planned, config, options } = told;
  const { plan, decided } = planned;
  const threads = options.workers * options.evalThreads;
  const scoring = scorer === undefined ? undefined : { generator: scorer, threads };
  view.onMachine(describeMachine(plan.machine, config, scoring), [
    ...planWarnings(config, plan.machine, { disk: plan.disk }),
    ...scoringAdvice(asked, scorer, decided.scoring),
  ]);
}

/** Waits for alerts that are under way, whatever came of the run. */
async function whenDelivered<T>(training: Promise<T>, webhook: AlertWebhook | undefined): Promise<T> {
  try {
    return await training;
  } finally {
    await webhook?.flush();
  }
}

function warn(view: ProgressView, detail: string): void {
  view.onProblem({ level: 'warning', event: 'alert-undelivered', detail });
}

/** What takes the weights out. */
function exportCommand(run: string, { home, aws }: TrainOptions): string {
  const place = [...(home === '.oneshot' ? [] : ['--home', home]), ...(aws ? ['--aws', aws] : [])];
  return ['oneshot model export', run, 'DIR', ...place].join(' ');
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

async function print(recipe: Recipe | undefined, options: TrainOptions): Promise<void> {
  const { store, close } = await openPlace(options);
  const config = await printConfig(store, recipe, options);
  close();
  process.stdout.write(options.json ? `${JSON.stringify(parse(config))}\n` : config);
}
