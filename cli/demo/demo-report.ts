import { execFileSync } from 'node:child_process';
import type { Place } from '#shared/adapters/open-place.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import { saturationStep } from '#shared/metrics/saturation.ts';
import type { Summary } from '#shared/records/summary.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { microFormat } from '#trainer/recipes/micro-format.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import type { RunConfig } from '#trainer/settings/config.ts';
import type { TrainedRun } from '../evaluate/follow-run.ts';
import { packageRoot } from '../package/package-root.ts';
import { packageVersion } from '../package/package-version.ts';
import { collectExamples } from '../report/collect-examples.ts';
import type { ReportData, ReportRun } from '../report/report-data.ts';

/** A run of the demo that is over. */
export interface FinishedRun {
  readonly run: string;
  readonly label: string;
  readonly config: RunConfig;
  readonly trained: TrainedRun;
}

/** What the report says of the demo's two runs. @param command - that made them, as it was typed */
export async function collectReport(
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
    // Every step has the three.
    steps: steps.map(({ step, metrics }) => ({
      step,
      accuracy: readMetric(metrics, 'reward/mean') as number,
      entropy: readMetric(metrics, 'policy/entropy') as number,
      completionLength: readMetric(metrics, 'completion/length_mean') as number,
    })),
    checkpoints: trained.checkpoints.flatMap(({ checkpoint: { step }, summary }) =>
      summary ? [{ step, summary }] : [],
    ),
    saturationStep: saturationStep(steps.map(({ metrics }) => readMetric(metrics, 'reward/mean') as number)),
  };
}

async function settingsOf({ store }: Place, { run, config }: FinishedRun): Promise<ReportData['settings']> {
  const incarnation = await find(store, record.incarnation(run, 1));
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

/** The scores of a run's last checkpoint. */
export function lastSummary({ checkpoints }: TrainedRun): Summary {
  const summary = checkpoints.at(-1)?.summary;
  if (!summary) throw new Error('the demo recipes evaluate every checkpoint');
  return summary;
}
