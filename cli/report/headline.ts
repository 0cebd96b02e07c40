import { percent, points, rangeText } from '#functions/results/format-score.ts';
import { postSaturationRise } from '#shared/metrics/post-saturation-rise.ts';
import type { Score } from '#shared/records/summary.ts';
import type { ReportCheckpoint, ReportData, ReportRun } from './report-data.ts';
import { scoreRow } from './score-row.ts';

export interface Headline {
  readonly sentence: string;
  readonly facts: readonly Fact[];
}

/** A number that stands out, and what it counts. */
interface Fact {
  readonly value: string;
  readonly meaning: string;
}

/** The result in one sentence and up to a handful of numbers. It claims a change only where intervals are apart. */
export function headline({ baseSummary, runs }: ReportData): Headline {
  const [run, ...controls] = runs;
  const base = scoreRow('', baseSummary).average;
  const final = run.checkpoints.at(-1);
  const facts = [
    ...(final ? gainFact(run, base, final) : []),
    saturationFact(run),
    ...riseFact(run),
    ...controls.flatMap((control) => controlFact(control, base)),
  ];
  return { sentence: sentence(base, final), facts };
}

function sentence(base: Score, final: ReportCheckpoint | undefined): string {
  if (!final) return 'The run has no evaluated checkpoint yet.';
  const after = averageOf(final);
  const budget = `${final.step} training steps on one example`;
  if (base.mean === null || after.mean === null) {
    return `After ${budget}, average accuracy is not settled: shards failed, and it may be anything in ${rangeText(after)} %.`;
  }
  const change = `${percent(base.mean)} % to ${percent(after.mean)} %`;
  if (!apart(base, after)) return `After ${budget}, average accuracy shows no clear change: ${change}.`;
  return `With ${budget}, average accuracy ${after.mean > base.mean ? 'rises' : 'falls'} from ${change}.`;
}

/** Whether the 95 % intervals of two scores do not overlap. */
function apart(a: Score, b: Score): boolean {
  if (!a.interval || !b.interval) return false;
  return a.interval[1] < b.interval[0] || b.interval[1] < a.interval[0];
}

function averageOf({ summary }: ReportCheckpoint): Score {
  return scoreRow('', summary).average;
}

function gainFact({ label }: ReportRun, base: Score, final: ReportCheckpoint): Fact[] {
  const { mean } = averageOf(final);
  if (mean === null || base.mean === null) return [];
  return [
    {
      value: points(mean - base.mean),
      meaning: `points on average for ${label}, from the base to step ${final.step}`,
    },
  ];
}

function saturationFact({ saturationStep }: ReportRun): Fact {
  return saturationStep === null
    ? { value: 'none', meaning: 'saturation: training accuracy did not stay at 95 %' }
    : { value: `step ${saturationStep}`, meaning: 'training accuracy saturates: the one example is solved' };
}

/** How far the average still rose once training accuracy had saturated. */
function riseFact({ checkpoints, saturationStep }: ReportRun): Fact[] {
  const scores = checkpoints.flatMap((checkpoint) => {
    const { mean } = averageOf(checkpoint);
    return mean === null ? [] : [{ step: checkpoint.step, score: mean }];
  });
  const found = postSaturationRise(scores, saturationStep);
  if (!found) return [];
  const meaning = `points more on average after saturation, at step ${found.step}, its best checkpoint`;
  return [{ value: points(found.rise), meaning }];
}

function controlFact({ label, checkpoints }: ReportRun, base: Score): Fact[] {
  const final = checkpoints.at(-1);
  const mean = final && averageOf(final).mean;
  if (typeof mean !== 'number' || base.mean === null) return [];
  return [{ value: points(mean - base.mean), meaning: `points on average for the control, ${label}` }];
}
