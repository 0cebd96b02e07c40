/**
 * The miniature world on the command line: `oneshot demo` trains two runs of it and tells them in one report (`demo-report.ts`),
 * `oneshot microcosm pretrain` makes its base models. The world itself is `shared/benchmarks/microcosm/` and
 * `trainer/microcosm/`. Imports `train/`, `report/` and what lies below.
 */
import { resolve } from 'node:path';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { microFormat } from '#trainer/recipes/micro-format.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import type { TrainedRun } from '../evaluate/follow-run.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';
import { note } from '../terminal/quiet.ts';
import { askRun } from '../train/ask-run.ts';
import { ProgressView } from '../train/progress-view.ts';
import { resolveRun } from '../train/resolve-run.ts';
import type { RunOverrides } from '../train/run-overrides.ts';
import { trainRun } from '../train/train-run.ts';
import { summaryOf, writeDemoReport } from './demo-report.ts';

export interface DemoOptions {
  readonly home: string;
  readonly quick: boolean;
  readonly json: boolean;
}

/** Fewer steps and problems: shows that everything runs, not how well it learns. */
const QUICK: RunOverrides = { steps: 8, checkpointEvery: 4, evaluation: { limit: 8 } };

const INTRODUCTION =
  'A base model of half a million parameters, trained twice on this CPU. 1 of 2, "1-shot": on one example, rewarded where ' +
  'the answer is right. 2 of 2, "format": the control, rewarded for an answer in a box, right or wrong. Every checkpoint ' +
  'is scored on six small benchmarks meanwhile.';

/** What somebody may want to look at now. */
function nextSteps(home: string, format: string, oneShot: string): string {
  const place = home === '.oneshot' ? '' : ` --home ${home}`;
  return `Next: oneshot serve${place}, its pages; oneshot compare ${format} ${oneShot}${place}, which of the two is better.`;
}

/** 1-shot RLVR in the microcosm and its format-reward baseline, every checkpoint evaluated, told in one report. */
export async function demo({ home, quick, json }: DemoOptions): Promise<void> {
  const workspace = await openPlace({ home });
  const python = await prepareEngine({ json });
  const overrides = quick ? QUICK : {};
  if (!json) note(INTRODUCTION);
  const oneShot = await runRecipe(workspace, microPi1, '1-shot', { python, overrides, json });
  const format = await runRecipe(workspace, microFormat, 'format', { python, overrides, json });
  const path = await writeDemoReport(home, workspace, oneShot.run, `oneshot demo${quick ? ' --quick' : ''}`);
  const rows = [
    scoreRow('base', summaryOf(oneShot.trained, 'first')),
    scoreRow('format', summaryOf(format.trained, 'last')),
    scoreRow('1-shot', summaryOf(oneShot.trained, 'last')),
  ];
  if (json) process.stdout.write(`${JSON.stringify({ event: 'demo-finished', rows, report: path })}\n`);
  else process.stdout.write(`\n${renderScoreTable(rows)}\n\nReport: ${resolve(path)}\n`);
  if (!json) note(nextSteps(home, format.run, oneShot.run));
  workspace.close();
}

/** A run of the demo that is over. */
interface FinishedRun {
  readonly run: string;
  readonly trained: TrainedRun;
}

async function runRecipe(
  workspace: Place,
  recipe: Recipe,
  label: string,
  { python, overrides, json }: { python: string; overrides: RunOverrides; json: boolean },
): Promise<FinishedRun> {
  const asked = await askRun(workspace.store, recipe, overrides);
  const { run } = await resolveRun(workspace, asked, process.env);
  const view = new ProgressView(process.stdout, label, json);
  try {
    const scoring = { evaluate: 'between-steps', wait: true, workers: 1, threads: 1 } as const;
    const trained = await trainRun(workspace, run, view, {
      python,
      inexact: false,
      rewardFolders: [],
      ...scoring,
    });
    return { run, trained };
  } finally {
    view.end();
  }
}
