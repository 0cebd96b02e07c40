import { html } from 'hono/html';
import { type MetricName, readMetric } from '#shared/metrics/metric-table.ts';
import type { Metrics } from '#shared/records/runs.ts';
import { onceFor } from '../../results/once-for.ts';
import { chart, type Series } from '../charts/chart.ts';
import type { Point } from '../charts/line.ts';
import { roundUp, scale } from '../charts/scale.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, number } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import { alertMarks } from './alert-marks.ts';
import type { RunCurves } from './run-curves.ts';
import type { RunData } from './run-data.ts';
import type { RunQuery } from './run-query.ts';
import { shortName } from './run-words.ts';
import { binSteps, groupsOf, type StepGroups } from './step-groups.ts';
import { type XAxis, xAxis } from './x-axis.ts';

export interface Signal {
  readonly name: MetricName;
  readonly title: string;
  readonly subtitle: string;
  /** Of 1; shown in per cent. */
  readonly share?: true;
}

/** What of a step's metrics tells how training goes; those that never move are named, not drawn. */
export const trainingSignals: readonly Signal[] = [
  { name: 'reward/mean', title: 'Reward', subtitle: 'mean of a step' },
  { name: 'completion/length_mean', title: 'Length', subtitle: 'tokens, mean' },
  { name: 'policy/entropy', title: 'Entropy', subtitle: 'nats a token' },
  { name: 'policy/kl', title: 'KL to the base', subtitle: 'nats a token, as in the loss' },
  { name: 'policy/grad_norm', title: 'Gradient norm', subtitle: 'before clipping' },
  { name: 'completion/truncated_share', title: 'Cut at the limit', subtitle: '% of samples', share: true },
  { name: 'policy/clip_share', title: 'Clipped', subtitle: '% of tokens', share: true },
];

/** A path of more points than pixels says no more. */
const MOST_POINTS = 240;

/** What training measured at each step, and how many of a step's groups still carry a signal. */
export function trainingSection(data: RunData, query: RunQuery): Html | string {
  if (data.steps.length === 0) return '';
  const { note, figures } = trainingFigures(data, query);
  return html`<section id="training"><div class="sh"><div><h2>Training</h2>${note}</div></div>
${figures}
${groupBars(data)}</section>`;
}

/** The signals that move, and a note on what the lines are and which are flat. */
export function trainingFigures(
  data: RunData,
  query: RunQuery,
): { readonly note: Html; readonly figures: Html } {
  const { control, recipe, run } = data;
  const axis = xAxis(data, query);
  const curves = trainingSignals.map((signal) => curveOf(signal, data));
  const moving = curves.filter(({ isFlat }) => !isFlat);
  const flat = curves.flatMap(({ signal, own, isFlat }) =>
    isFlat && own ? [`${signal.title.toLowerCase()}, ${number(own.first)} in every step`] : [],
  );
  const legend = control
    ? `Solid: ${visibleLine(shortName({ recipe, run }))}. Dashed: ${visibleLine(shortName(control))}; each counts its own reward. `
    : '';
  const over = axis.axis === 'step' ? '' : `Over ${axis.unit}. `;
  return {
    note: html`<p class="note">${legend}${over}${flat.length > 0 ? `Not drawn because flat: ${flat.join('; ')}.` : ''}</p>`,
    figures: html`<div class="six">${moving.map((curve) => figure(curve, data, axis))}</div>`,
  };
}

/** What some steps measured of a signal. */
interface Measured {
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly points: readonly Point[];
}

/** A signal over the steps of the run, and of its control. */
interface Curve {
  readonly signal: Signal;
  readonly own: Measured | undefined;
  readonly control: Measured | undefined;
  /** It never moves, or was never measured. */
  readonly isFlat: boolean;
}

function curveOf(signal: Signal, { steps, control }: RunData): Curve {
  const own = measuredOf(steps).get(signal);
  const isFlat = own === undefined || own.low === own.high;
  return {
    signal,
    own,
    isFlat,
    control: isFlat || !control ? undefined : measuredOf(control.steps).get(signal),
  };
}

/** By signal, those that were measured. */
const measuredOf = onceFor((steps: RunData['steps']): ReadonlyMap<Signal, Measured> => {
  const known = new Map<Signal, Measured>();
  for (const signal of trainingSignals) {
    const values = valuesOf(signal, steps);
    const [first, last] = [values[0]?.[1], values.at(-1)?.[1]];
    if (first === undefined || last === undefined) continue;
    const heights = values.map(([, value]) => value);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    known.set(signal, { first, last, low, high, points: thinned(values) });
  }
  return known;
});

type Values = readonly (readonly [step: number, value: number])[];

function valuesOf({ name, share }: Signal, steps: RunData['steps']): Values {
  const values: (readonly [number, number])[] = [];
  for (const { step, metrics } of steps) {
    const value = readMetric(metrics, name);
    if (value !== undefined) values.push([step, share ? 100 * value : value]);
  }
  return values;
}

function figure({ signal, own, control }: Curve, data: RunData, axis: XAxis): Html {
  const { steps, control: other } = data;
  const shown = [own, control].filter((measured) => measured !== undefined);
  const low = Math.min(...shown.map((measured) => measured.low));
  const high = Math.max(...shown.map((measured) => measured.high));
  const y = scale(low < 0 ? -roundUp(-low) : 0, high > 0 ? roundUp(high) : 0);
  const line = (kind: Series['kind'], curves: RunCurves, measured: Measured | undefined): Series[] => {
    if (!measured) return [];
    const points = measured.points.flatMap((point) => {
      const x = axis.at(curves, point.x);
      return x === null ? [] : [{ ...point, x }];
    });
    return points.length === 0 ? [] : [{ kind, points, label: number(measured.last) }];
  };
  return html`<figure><figcaption><b>${signal.title}</b><span>${signal.subtitle}</span></figcaption>${chart({
    description: `${signal.title}: from ${number(own?.first ?? 0)} to ${number(own?.last ?? 0)} over ${counted(steps.length, 'step')}`,
    ...{ heightPx: 96, left: '2.1rem', right: '2.9rem', x: axis.x, y },
    xTicks: axis.ticks(2, false),
    yTicks: [y.low, (y.low + y.high) / 2, y.high].map((at) => ({ at, label: number(at) })),
    series: [...line('run', data, own), ...(other ? line('control', other, control) : [])],
    rules: alertMarks(data, (step) => axis.at(data, step) ?? 0, undefined),
  })}</figure>`;
}

/** As many points as can be told apart, each the mean of its neighbours. */
function thinned(values: Values): readonly Point[] {
  const size = Math.ceil(values.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => {
    const near = values.slice(index * size, (index + 1) * size);
    const middle = near[Math.floor(near.length / 2)] ?? [0, 0];
    return { x: middle[0], y: near.reduce((sum, [, value]) => sum + value, 0) / near.length };
  });
}

/** More bars than that are thinner than a finger and a pointer. */
export const MOST_BARS = 60;

function groupBars({ run, steps, config }: RunData): Html | string {
  const sizes = { prompts: Number(config['prompts']), samples: Number(config['samples']) };
  const known = steps.flatMap(
    ({ step, metrics }: { step: number; metrics: Metrics }) => groupsOf(step, metrics, sizes) ?? [],
  );
  if (known.length === 0) return '';
  const bins = binSteps(known, Math.ceil(known.length / MOST_BARS));
  const wide = (bins[0]?.last ?? 0) - (bins[0]?.first ?? 0) + 1;
  const about =
    wide === 1 ? 'a bar opens its step' : `a bar is ${counted(wide, 'step')} and opens the last of them`;
  const swatch = (name: string, label: string) =>
    html`<span class="nw"><span class="sw ${name}"></span>${label} &emsp;</span>`;
  return html`<h3 style="margin:2rem 0 .2rem">Steps, and how many of their groups still carry a signal</h3><p class="note" style="margin-bottom:.9rem">${sizes.prompts} groups a step; ${about}. &emsp;${swatch('m', 'mixed')}${swatch('r', 'dead, all right')}${swatch('w', 'dead, none right')}</p>
<nav class="bars" aria-label="Steps">${bins.map((bin) => bar(run, bin))}</nav><div class="barx" aria-hidden="true">${axis(bins)}</div>`;
}

function bar(run: string, { first, last, mixed, right, wrong }: StepGroups): Html {
  const name = first === last ? `step ${first}` : `steps ${first} to ${last}`;
  const told = `${name}: ${mixed} mixed, ${right} all right, ${wrong} none right`;
  const part = (kind: string, count: number) =>
    count > 0 ? html`<i class="${kind}" style="flex:${count}"></i>` : '';
  return html`<a href="${pages.step(run, last)}" aria-label="${told}" title="${told}">${part('r', right)}${part('m', mixed)}${part('w', wrong)}</a>`;
}

function axis(bins: readonly StepGroups[]): Html[] {
  const every = Math.max(1, Math.ceil(bins.length / 7));
  return bins.flatMap(({ last }, index) => {
    if (index !== 0 && (index + 1) % every !== 0) return [];
    return [
      html`<span style="--x:${Math.round((10_000 * (index + 0.5)) / bins.length) / 100}">${last}</span>`,
    ];
  });
}
