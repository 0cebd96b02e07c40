import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '#shared/adapters/local/private-home.ts';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { Incarnation, type Summary } from '#shared/messages.ts';
import { saturationStep } from '#shared/metrics/saturation.ts';
import { keys } from '#shared/storage/keys.ts';
import { findObject } from '#shared/storage/read-object.ts';
import { microFormat } from '#trainer/recipes/micro-format.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import type { RunConfig } from '#trainer/settings/config.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import { packageRoot } from '../package/package-root.ts';
import { packageVersion } from '../package/package-version.ts';
import { collectExamples } from '../report/collect-examples.ts';
import { renderReport } from '../report/render-report.ts';
import type { ReportData, ReportRun } from '../report/report-data.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { ProgressView } from '../train/progress-view.ts';
import { type RunOverrides, resolveRun } from '../train/resolve-run.ts';
import { type TrainedRun, trainRun } from '../train/train-run.ts';

export interface DemoOptions {
  readonly home: string;
  readonly quick: boolean;
  readonly json: boolean;
}

/** Fewer steps and problems: shows that everything runs, not how well it learns. */
const QUICK: RunOverrides = { steps: 8, checkpointEvery: 4, evaluation: { limit: 8 } };

/** 1-shot RLVR in the microcosm and its format-reward baseline, every checkpoint evaluated, told in one report. */
export async function demo({ home, quick, json }: DemoOptions): Promise<void> {
  const workspace = await openPlace({ home });
  const python = await prepareEngine({ json });
  const overrides = quick ? QUICK : {};
  const oneShot = await runRecipe(workspace, microPi1, '1-shot', { python, overrides, json });
  const format = await runRecipe(workspace, microFormat, 'format', { python, overrides, json });
  const data = await collectReport(workspace, oneShot, format, `oneshot demo${quick ? ' --quick' : ''}`);
  const path = await writeReport(home, renderReport(data));
  const rows = [
    scoreRow('base', data.baseSummary),
    scoreRow('format', lastSummary(format.trained)),
    scoreRow('1-shot', lastSummary(oneShot.trained)),
  ];
  if (json) process.stdout.write(`${JSON.stringify({ event: 'demo-finished', rows, report: path })}\n`);
  else process.stdout.write(`\n${renderScoreTable(rows)}\n\nReport: ${path}\n`);
  workspace.close();
}

interface FinishedRun {
  readonly run: string;
  readonly label: string;
  readonly config: RunConfig;
  readonly trained: TrainedRun;
}

async function runRecipe(
  workspace: Place,
  recipe: Recipe,
  label: string,
  { python, overrides, json }: { python: string; overrides: RunOverrides; json: boolean },
): Promise<FinishedRun> {
  const { run, config } = await resolveRun(workspace, recipe, overrides, process.env);
  const view = new ProgressView(process.stdout, label, json);
  try {
    const trained = await trainRun(workspace, run, view, { python, inexact: false, workers: 1, threads: 1 });
    return { run, label, config, trained };
  } finally {
    view.end();
  }
}

async function collectReport(
  workspace: Place,
  oneShot: FinishedRun,
  format: FinishedRun,
  command: string,
): Promise<ReportData> {
  const [first, last] = [oneShot.trained.checkpoints[0], oneShot.trained.checkpoints.at(-1)];
  const [before, after] = [first?.checkpoint.evaluation, last?.checkpoint.evaluation];
  if (!first?.summary || !before || !after) throw new Error('the demo recipes evaluate every checkpoint');
  return {
    title: '1-shot RLVR in the microcosm',
    generatedAt: new Date().toISOString(),
    command,
    baseSummary: first.summary,
    runs: [reportRun(oneShot), reportRun(format)],
    examples: await collectExamples(workspace.store, before, after, 4),
    settings: await settingsOf(workspace, oneShot),
  };
}

function reportRun({ run, label, trained }: FinishedRun): ReportRun {
  const steps = trained.checkpoints.flatMap(({ checkpoint }) => checkpoint.steps);
  return {
    name: run,
    label,
    steps: steps.map(({ step, metrics }) => ({
      step,
      accuracy: metrics['reward/mean'] as number,
      entropy: metrics['policy/entropy'] as number,
      completionLength: metrics['completion/length_mean'] as number,
    })),
    checkpoints: trained.checkpoints.flatMap(({ checkpoint: { step }, summary }) =>
      summary ? [{ step, summary }] : [],
    ),
    saturationStep: saturationStep(steps.map(({ metrics }) => metrics['reward/mean'] as number)),
  };
}

async function settingsOf({ store }: Place, { run, config }: FinishedRun): Promise<ReportData['settings']> {
  const incarnation = await findObject(store, keys.incarnation(run, 1), Incarnation);
  const { torch = '?', instructionSet = '?' } = incarnation?.host ?? {};
  return [
    ['Recipes', `${microPi1.name}, ${microFormat.name}`],
    ['Base model', config.model],
    ['Batch', `${config.prompts} prompts × ${config.samples} completions`],
    ['Steps', String(config.steps)],
    ['Learning rate', String(config.optim.learningRate)],
    ['Seed', String(config.sampling.seed)],
    ['Engine', `torch ${torch}, ${instructionSet}, ${config.engine.threads} thread(s), fp32`],
    ['Version', `oneshot-rlvr ${packageVersion}${commit()}`],
  ];
}

/** The commit of the clone this runs from; nothing where there is none. */
function commit(): string {
  try {
    const args = ['-C', packageRoot, 'rev-parse', '--short', 'HEAD'];
    return `, commit ${execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()}`;
  } catch {
    return '';
  }
}

function lastSummary({ checkpoints }: TrainedRun): Summary {
  const summary = checkpoints.at(-1)?.summary;
  if (!summary) throw new Error('the demo recipes evaluate every checkpoint');
  return summary;
}

async function writeReport(home: string, html: string): Promise<string> {
  const folder = join(home, 'reports');
  makeFolder(folder, { mode: PRIVATE_FOLDER });
  const path = join(folder, 'demo.html');
  await writeFile(path, html, { mode: PRIVATE_FILE });
  return path;
}
