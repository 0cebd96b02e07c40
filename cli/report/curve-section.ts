import type { Score } from '#shared/records/summary.ts';
import { type ChartPoint, type ChartSeries, lineChart } from './line-chart.ts';
import { html, type Markup } from './markup.ts';
import type { ReportCheckpoint, ReportData, ReportRun, ReportStep } from './report-data.ts';
import { scoreRow } from './score-row.ts';

/** Everything that changes over training steps, each run in the colour and dash it keeps throughout. */
export function curveSection({ runs, baseSummary }: ReportData): Markup {
  const base: ReportCheckpoint = { step: 0, summary: baseSummary };
  const sets = scoreRow('', baseSummary).scores.map(({ benchmark }) => benchmark);
  const rule = saturationRule(runs[0]);
  const share = { yDomain: [0, 1], yFormat: (value: number) => `${Math.round(100 * value)} %` } as const;
  const large = { width: 460, height: 280 };
  const small = { width: 300, height: 200 };
  const overSteps = (value: (step: ReportStep) => number) => seriesOf(runs, (run) => stepPoints(run, value));
  const overCheckpoints = (score: (checkpoint: ReportCheckpoint) => Score | undefined) =>
    seriesOf(runs, (run) => checkpointPoints(run, base, score));

  return html`<section>
<h2>The run, step by step</h2>
${legend(runs)}
<div class="charts two">
${figure('Training accuracy', 'mean reward of each step; a control counts its own reward', lineChart({ ...large, ...share, ...rule, description: 'Training accuracy over steps', dots: false, series: overSteps(({ accuracy }) => accuracy) }))}
${figure('Average of the sets', 'problems never trained on, with 95 % interval', lineChart({ ...large, ...share, ...rule, description: 'Average test accuracy over steps', dots: true, series: overCheckpoints(({ summary }) => scoreRow('', summary).average) }))}
</div>
<h3>Each set</h3>
<div class="charts three">
${sets.map((set) => figure(set, '', lineChart({ ...small, ...share, ...unlabelled(rule), description: `Accuracy on ${set} over steps`, dots: true, series: overCheckpoints(({ summary }) => scoreOf(set, summary)) })))}
</div>
<h3>How the model writes</h3>
<div class="charts two">
${figure('Token entropy', 'mean over the tokens of a step, in nats', lineChart({ ...large, ...rule, yFormat: (value) => String(value), description: 'Token entropy over steps', dots: false, series: overSteps(({ entropy }) => entropy) }))}
${figure('Completion length', 'mean over the completions of a step, in tokens', lineChart({ ...large, ...rule, yFormat: (value) => String(value), description: 'Mean completion length over steps', dots: false, series: overSteps(({ completionLength }) => completionLength) }))}
</div>
<p class="note">Saturation: the first step from which training accuracy stays at 95 % or more for 20 steps.</p>
</section>`;
}

function figure(title: string, subtitle: string, chart: Markup): Markup {
  return html`<figure><figcaption><b>${title}</b> <span>${subtitle}</span></figcaption>${chart}</figure>`;
}

function legend(runs: readonly ReportRun[]): Markup {
  return html`<p class="legend">${runs.map(
    ({ label }, index) =>
      html`<span><svg width="30" height="10" aria-hidden="true"><line x1="1" x2="29" y1="5" y2="5" stroke="${colorOf(index)}" stroke-width="2.5" stroke-dasharray="${index > 0 ? '5 4' : 'none'}"/></svg> ${label}</span>`,
  )}</p>`;
}

/** Controls last: dashes on top of a line leave it visible where the two coincide. */
function seriesOf(runs: readonly ReportRun[], points: (run: ReportRun) => ChartPoint[]): ChartSeries[] {
  return runs.map((run, index) => ({
    label: run.label,
    color: colorOf(index),
    dashed: index > 0,
    points: points(run),
  }));
}

function colorOf(index: number): string {
  return `var(--series-${Math.min(index, 3)})`;
}

function stepPoints({ steps }: ReportRun, value: (step: ReportStep) => number): ChartPoint[] {
  return steps.map((each) => ({ x: each.step, y: value(each) }));
}

/** A score without a mean, because shards failed, leaves a gap. */
function checkpointPoints(
  { checkpoints }: ReportRun,
  base: ReportCheckpoint,
  scoreAt: (checkpoint: ReportCheckpoint) => Score | undefined,
): ChartPoint[] {
  const all = checkpoints[0]?.step === 0 ? checkpoints : [base, ...checkpoints];
  return all.flatMap((checkpoint) => {
    const score = scoreAt(checkpoint);
    if (!score || score.mean === null) return [];
    return [{ x: checkpoint.step, y: score.mean, ...(score.interval && { interval: score.interval }) }];
  });
}

function scoreOf(set: string, summary: ReportCheckpoint['summary']): Score | undefined {
  return scoreRow('', summary).scores.find(({ benchmark }) => benchmark === set)?.score;
}

type Rule = { readonly rule?: { readonly x: number; readonly label: string } };

function saturationRule({ saturationStep }: ReportRun): Rule {
  return saturationStep === null
    ? {}
    : { rule: { x: saturationStep, label: `saturated at step ${saturationStep}` } };
}

function unlabelled({ rule }: Rule): Rule {
  return rule ? { rule: { ...rule, label: '' } } : {};
}
