import { html } from 'hono/html';
import { type MetricName, readMetric } from '#shared/metrics/metric-table.ts';
import { spark } from '../charts/chart.ts';
import type { Html } from '../html.ts';
import { number } from '../shell/format.ts';
import type { StepData } from './step-data.ts';

const SPARKS: readonly (readonly [name: MetricName, title: string, percent?: true])[] = [
  ['reward/mean', 'Reward'],
  ['reward/mixed_group_share', 'Mixed groups, %', true],
  ['completion/length_mean', 'Length'],
  ['completion/truncated_share', 'Cut at limit, %', true],
  ['policy/entropy', 'Entropy'],
  ['policy/kl', 'KL'],
  ['policy/grad_norm', 'Gradient norm'],
];

/** More points than pixels say no more. */
const MOST_POINTS = 120;

/** What the step measured, each beside its way over the run. */
export function stepSparks({ step, metrics, steps }: StepData): Html {
  const before = steps.findLast((each) => each.step < step)?.metrics;
  const shown = SPARKS.flatMap(([name, title, percent]) => {
    const factor = percent ? 100 : 1;
    const value = readMetric(metrics, name);
    if (value === undefined) return [];
    const last = before && readMetric(before, name);
    const every = Math.ceil(steps.length / MOST_POINTS);
    const points = steps.flatMap((each, index) => {
      const y = readMetric(each.metrics, name);
      return y === undefined || (index % every !== 0 && each.step !== step)
        ? []
        : [{ x: each.step, y: factor * y }];
    });
    const change = last === undefined ? '' : changeText(factor * (value - last));
    const drawn =
      points.length > 1
        ? spark(`${title} over ${steps.length} steps, this step marked`, points, { marked: step })
        : '';
    return [
      html`<div><dt>${title}</dt><dd>${number(factor * value)}${change ? html` <small>${change}</small>` : ''}${drawn}</dd></div>`,
    ];
  });
  return html`<dl class="sparks">${shown}</dl>`;
}

/** Since the step before. */
function changeText(change: number): string {
  return change === 0 ? '' : `${change > 0 ? '+' : ''}${number(change)}`;
}
