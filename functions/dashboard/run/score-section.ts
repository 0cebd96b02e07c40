import { html } from 'hono/html';
import { mean } from '#shared/metrics/mean.ts';
import type { Score } from '#shared/records/summary.ts';
import { percent, rangeText } from '../../results/format-score.ts';
import { chart, type Place, type Series } from '../charts/chart.ts';
import type { Point } from '../charts/line.ts';
import { roundUp, type Scale, scale } from '../charts/scale.ts';
import { thinned } from '../charts/thinned.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import { alertMarks } from './alert-marks.ts';
import type { CheckpointScore } from './run-curves.ts';
import type { RunData } from './run-data.ts';
import { type RunQuery, runQuery } from './run-query.ts';
import { scoredOf, shortName, stateWords, stepName, theStep } from './run-words.ts';
import type { SeedMeans } from './seed-means.ts';
import { axisChoice, type XAxis, xAxis } from './x-axis.ts';

/** Scores over training, with what can be chosen of them. */
export function scoreSection(data: RunData, query: RunQuery): Html | string {
  const [first] = scoredOf(data.checkpoints);
  if (!first) return '';
  return html`<section id="scores"><div class="sh"><div><h2>Scores by checkpoint</h2><p class="note">Per cent right. Point at a step to read it; follow it to what changed since ${theStep(first.step)}.</p>${axisChoice(data, query).note}</div>${controls(data, query)}</div>
${scoreFigures(data, query)}</section>`;
}

/** The mean of the sets large, each set small, all with their intervals. */
export function scoreFigures(data: RunData, query: RunQuery): Html {
  const scored = scoredOf(data.checkpoints);
  const sets = scored.at(-1)?.benchmarks ?? [];
  const problems = sets.reduce((count, set) => count + set.problems, 0);
  const weights = sets.length === 1 ? '' : ', each set weighs the same';
  const panels: Panel[] = [
    {
      title: sets.length === 1 ? 'The set' : `Mean of the ${sets.length} sets`,
      subtitle: `${counted(problems, 'problem')}${weights}`,
      large: true,
      scoreOf: ({ average }) => average,
    },
    ...sets.map(
      ({ benchmark, problems: count, samplesPerProblem }): Panel => ({
        title: benchmark,
        subtitle: `${counted(count, 'problem')}, ${samplesPerProblem === 1 ? '1 sample' : `${samplesPerProblem} samples`}`,
        large: false,
        scoreOf: ({ benchmarks }) => benchmarks.find((each) => each.benchmark === benchmark)?.score ?? null,
      }),
    ),
  ];
  const shown = sets.length === 1 ? panels.slice(0, 1) : panels;
  return html`${key(data, query)}<div class="${shown.length === 1 ? 'solo' : 'multi'}">${shown.map((panel) => figure(panel, data, query))}</div>`;
}

interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly large: boolean;
  readonly scoreOf: (checkpoint: Pick<CheckpointScore, 'average' | 'benchmarks'>) => Score | null;
}

function controls(data: RunData, query: RunQuery): Html {
  const { run } = data;
  const { axis } = xAxis(data, query);
  const choice = (label: string, changed: Partial<RunQuery>, current: boolean) =>
    html`<a href="${pages.run(run, runQuery(query, changed))}"${current ? html` aria-current="true"` : ''}>${label}</a>`;
  return html`<div class="ctl"><nav class="seg" aria-label="x axis"><span>x axis</span>${axisChoice(data, query).offered.map((each) => choice(each === 'usd' ? 'USD' : each, { x: each }, axis === each))}</nav><nav class="seg" aria-label="y axis"><span>y axis</span>${choice('0–100', { y: 'full' }, query.y === 'full')}${choice('fit', { y: 'fit' }, query.y === 'fit')}</nav>${data.seeds ? html`<nav class="seg" aria-label="Seeds"><span>seeds</span>${choice('all', { seeds: 'all' }, query.seeds === 'all')}${choice('mean', { seeds: 'mean' }, query.seeds === 'mean')}${choice('this one', { seeds: 'none' }, query.seeds === 'none')}</nav>` : ''}</div>`;
}

function key(data: RunData, query: RunQuery): Html {
  const { control, checkpoints } = data;
  const { name, thin } = seedLines(data, query);
  const marks = alertMarks(data, (step) => step, undefined);
  const item = (drawing: Html, label: string) =>
    html`<li><svg viewBox="0 0 26 12" aria-hidden="true">${drawing}</svg>${visibleLine(label)}</li>`;
  const gaps = checkpoints.some(({ average }) => average?.mean == null);
  return html`<ul class="key" style="margin-bottom:1.2rem">${item(html`<path class="b0" d="M0 1H26V11H0Z"/><path class="l0" d="M0 6H26"/><path class="d0" d="M13 6h.01"/>`, `${name}, with interval${query.seeds === 'mean' && thin.length > 0 ? ' over seeds' : ''}`)}${thin.length > 0 ? item(html`<path class="ls" d="M0 6H26"/>`, query.seeds === 'mean' ? 'each of them' : counted(thin.length, 'other seed')) : ''}${control ? item(html`<path class="l1" d="M0 6H26"/>`, shortName(control)) : ''}${item(html`<path class="base" d="M0 6H26" stroke-width="1.5"/>`, stepName(checkpoints[0]?.step ?? 0))}${gaps ? item(html`<path class="gap" d="M0 6H26"/>`, 'no score between') : ''}${marks.some(({ warns }) => !warns) ? item(html`<path class="sat" d="M13 -2V14"/>`, 'training saturates') : ''}${marks.some(({ warns }) => warns) ? item(html`<path class="sat warns" d="M13 -2V14"/>`, 'a warning, in words above') : ''}</ul>`;
}

function figure(panel: Panel, data: RunData, query: RunQuery): Html {
  const { checkpoints, control } = data;
  const axis = xAxis(data, query);
  const { name, main, thin } = seedLines(data, query);
  const lines = [
    seriesOf('run', name, main, panel, axis),
    ...(control ? [seriesOf('control', shortName(control), control, panel, axis)] : []),
    ...thin.map((curves) => seriesOf('seed', undefined, curves, panel, axis)),
  ];
  const base = checkpoints[0] ? panel.scoreOf(checkpoints[0])?.mean : undefined;
  const y = query.y === 'full' ? scale(0, 100) : fitted(lines);
  const series = lines.map((each) => ({ ...each, points: each.points.map(inPercent) }));
  return html`<figure><figcaption><b>${panel.title}</b><span>${panel.subtitle}</span></figcaption>${chart({
    description: describe(panel, data),
    heightPx: panel.large ? 330 : 112,
    left: panel.large ? '2rem' : '1.8rem',
    right: panel.large ? '7.5rem' : '2.5rem',
    ...{ x: axis.x, y, series },
    xTicks: axis.ticks(panel.large ? 6 : 2, panel.large),
    yTicks: yTicksOf(y, panel.large),
    base:
      typeof base === 'number'
        ? {
            y: 100 * base,
            label: panel.large ? `${stepName(checkpoints[0]?.step ?? 0)} ${percent(base)}` : '',
          }
        : undefined,
    rules: alertMarks(
      data,
      (step) => axis.at(data, step) ?? 0,
      panel.large ? { high: axis.x.high } : undefined,
    ),
    missing: panel.large ? missingOf(data, axis) : [],
    places: placesOf(panel, data, axis),
  })}</figure>`;
}

/** The line that a page is about, and those of seeds beside it: this run and the others, or their mean and all of them. */
function seedLines(
  data: RunData,
  { seeds }: Pick<RunQuery, 'seeds'>,
): { readonly name: string; readonly main: Line; readonly thin: readonly Line[] } {
  const own = { name: shortName(data), main: data };
  if (!data.seeds || seeds === 'none') return { ...own, thin: [] };
  const { means, others } = data.seeds;
  if (seeds === 'all') return { ...own, thin: others };
  return { name: `${means.seeds} seeds`, main: means, thin: [data, ...others] };
}

/** What is drawn as a curve: of a run, or of the mean of several. */
type Line = Pick<SeedMeans, 'places' | 'checkpoints'>;

/** @param name - at its end; without one it has no label */
function seriesOf(
  kind: Series['kind'],
  name: string | undefined,
  curves: Line,
  panel: Panel,
  { at }: XAxis,
): Series {
  const points = curves.checkpoints.flatMap((checkpoint): Point[] => {
    const x = at(curves, checkpoint.step);
    const score = panel.scoreOf(checkpoint);
    const interval = score?.interval ?? undefined;
    return x === null ? [] : [{ x, y: score?.mean ?? null, interval }];
  });
  const last = points.findLast(({ y }) => y !== null)?.y;
  const label =
    typeof last !== 'number' || name === undefined
      ? ''
      : panel.large
        ? `${visibleLine(name)} ${percent(last)}`
        : percent(last);
  return { kind, points, label, dots: kind === 'run' && points.length <= MOST_DOTS };
}

/** More dots than that are a thick line. */
const MOST_DOTS = 60;

function inPercent({ x, y, interval }: Point): Point {
  return { x, y: y === null ? null : 100 * y, interval: interval && [100 * interval[0], 100 * interval[1]] };
}

function fitted(series: readonly Series[]): Scale {
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ y, interval }) => (y === null ? [] : [y, ...(interval ?? [])])),
  );
  const step = 10;
  return scale(
    step * Math.floor((100 * Math.min(...values)) / step),
    Math.max(step * Math.ceil((100 * Math.max(...values)) / step), step),
  );
}

function yTicksOf(y: Scale, large: boolean) {
  const step = large ? Math.max(5, roundUp((y.high - y.low) / 5)) : (y.high - y.low) / 2;
  return Array.from({ length: Math.floor((y.high - y.low) / step + 1e-9) + 1 }, (_, index) => {
    const at = y.low + index * step;
    return { at, label: String(Math.round(at)) };
  });
}

function missingOf(data: RunData, { at }: XAxis) {
  return data.checkpoints
    .filter(({ average, state }) => average?.mean == null && state !== 'unasked')
    .map((checkpoint) => ({
      x: at(data, checkpoint.step) ?? 0,
      glyph: stateWords[checkpoint.state].glyph,
      title: `${stepName(checkpoint.step)}: ${stateWords[checkpoint.state].word}`,
      waiting: checkpoint.state === 'waiting' || checkpoint.state === 'running',
    }));
}

/** Narrower ones could not be pointed at, in a chart of some 350 pixels and in one of 110; the table has all of them. */
const MOST_PLACES = { large: 120, small: 35 } as const;

function placesOf(panel: Panel, data: RunData, { at }: XAxis): Place[] {
  const [first] = scoredOf(data.checkpoints);
  const base = first && panel.scoreOf(first);
  const names = { own: visibleLine(shortName(data)), control: visibleLine(shortName(data.control ?? data)) };
  const scored = data.checkpoints.flatMap((checkpoint) => {
    const [score, evaluation] = [panel.scoreOf(checkpoint), checkpoint.evaluation];
    return score?.mean == null || evaluation === null
      ? []
      : [{ checkpoint, score, mean: score.mean, evaluation }];
  });
  const shown = thinned(scored, panel.large ? MOST_PLACES.large : MOST_PLACES.small);
  return shown.map(({ checkpoint, score, mean: value, evaluation }): Place => {
    const href =
      first?.evaluation && first !== checkpoint
        ? pages.compare(first.evaluation, evaluation)
        : pages.evaluation(evaluation);
    const other = data.control?.checkpoints.find(({ step }) => step === checkpoint.step);
    const beside = [
      overSeeds(panel, data, checkpoint.step),
      other && panel.scoreOf(other)?.mean != null
        ? `${names.control} ${percent(panel.scoreOf(other)?.mean ?? 0)}`
        : '',
      base?.mean == null ? '' : `${stepName(first?.step ?? 0)} ${percent(base.mean)}`,
    ].filter(Boolean);
    const text = [
      `${stepName(checkpoint.step)} · ${panel.title}`,
      `${names.own} ${percent(value)} (${rangeText(score)})`,
      beside.join(' · '),
      panel.subtitle,
    ];
    return { x: at(data, checkpoint.step) ?? 0, href, text: text.filter(Boolean).join('\n') };
  });
}

/** What all seeds score at a step; empty where there are none, or not all have a score there. */
function overSeeds(panel: Panel, { seeds }: RunData, step: number): string {
  const found = seeds?.means.checkpoints.find((each) => each.step === step);
  const score = found && panel.scoreOf(found);
  return seeds && score?.mean != null
    ? `mean of ${seeds.means.seeds} seeds ${percent(score.mean)} (${rangeText(score)})`
    : '';
}

function describe(panel: Panel, data: RunData): string {
  const scores = data.checkpoints.flatMap((checkpoint) => {
    const score = panel.scoreOf(checkpoint);
    return score?.mean == null ? [] : [{ step: checkpoint.step, score, mean: score.mean }];
  });
  const [first, last] = [scores[0], scores.at(-1)];
  if (!first || !last) return `${panel.title}: no score yet.`;
  const way = last.mean > first.mean ? 'rises' : last.mean < first.mean ? 'falls' : 'stays';
  const control = mean(
    data.control?.checkpoints.slice(-1).flatMap((each) => panel.scoreOf(each)?.mean ?? []) ?? [],
  );
  const seeds = overSeeds(panel, data, last.step);
  return `${panel.title}: ${way} from ${percent(first.mean)} at step ${first.step} to ${percent(last.mean)} at step ${last.step} (95 % interval ${rangeText(last.score)})${control === null ? '' : `; the control ends at ${percent(control)}`}${seeds && `; ${seeds}`}. Values in the table below.`;
}
