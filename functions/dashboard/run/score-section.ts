import { html } from 'hono/html';
import { mean } from '#shared/metrics/mean.ts';
import type { Score } from '#shared/records/summary.ts';
import { percent, rangeText } from '../../results/format-score.ts';
import { chart, type Place, type Series } from '../charts/chart.ts';
import type { Point } from '../charts/line.ts';
import { roundUp, type Scale, scale, ticks } from '../charts/scale.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, number } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import { alertMarks } from './alert-marks.ts';
import type { CheckpointScore, RunCurves } from './run-curves.ts';
import type { RunData } from './run-data.ts';
import { type RunQuery, runQuery } from './run-query.ts';
import { scoredOf, shortName, stateWords, stepName, theStep } from './run-words.ts';

/** Scores over training, with what can be chosen of them. */
export function scoreSection(data: RunData, query: RunQuery): Html | string {
  const [first] = scoredOf(data.checkpoints);
  if (!first) return '';
  return html`<section id="scores"><div class="sh"><div><h2>Scores by checkpoint</h2><p class="note">Per cent right. Point at a step to read it; follow it to what changed since ${theStep(first.step)}.</p></div>${controls(data, query)}</div>
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
  return html`${key(data)}<div class="${shown.length === 1 ? 'solo' : 'multi'}">${shown.map((panel) => figure(panel, data, query))}</div>`;
}

interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly large: boolean;
  readonly scoreOf: (checkpoint: CheckpointScore) => Score | null;
}

function controls({ run }: RunData, query: RunQuery): Html {
  const choice = (label: string, changed: Partial<RunQuery>, current: boolean) =>
    html`<a href="${pages.run(run, runQuery(query, changed))}"${current ? html` aria-current="true"` : ''}>${label}</a>`;
  return html`<div class="ctl"><nav class="seg" aria-label="x axis"><span>x axis</span>${choice('step', { x: 'step' }, query.x === 'step')}${choice('tokens', { x: 'tokens' }, query.x === 'tokens')}</nav><nav class="seg" aria-label="y axis"><span>y axis</span>${choice('0–100', { y: 'full' }, query.y === 'full')}${choice('fit', { y: 'fit' }, query.y === 'fit')}</nav></div>`;
}

function key(data: RunData): Html {
  const { control, checkpoints, recipe, run } = data;
  const marks = alertMarks(data, (step) => step, undefined);
  const item = (drawing: Html, label: string) =>
    html`<li><svg viewBox="0 0 26 12" aria-hidden="true">${drawing}</svg>${visibleLine(label)}</li>`;
  const gaps = checkpoints.some(({ average }) => average?.mean == null);
  return html`<ul class="key" style="margin-bottom:1.2rem">${item(html`<path class="b0" d="M0 1H26V11H0Z"/><path class="l0" d="M0 6H26"/><path class="d0" d="M13 6h.01"/>`, `${shortName({ recipe, run })}, with interval`)}${control ? item(html`<path class="l1" d="M0 6H26"/>`, shortName(control)) : ''}${item(html`<path class="base" d="M0 6H26" stroke-width="1.5"/>`, stepName(checkpoints[0]?.step ?? 0))}${gaps ? item(html`<path class="gap" d="M0 6H26"/>`, 'no score between') : ''}${marks.some(({ warns }) => !warns) ? item(html`<path class="sat" d="M13 -2V14"/>`, 'training saturates') : ''}${marks.some(({ warns }) => warns) ? item(html`<path class="sat warns" d="M13 -2V14"/>`, 'a warning, in words above') : ''}</ul>`;
}

function figure(panel: Panel, data: RunData, query: RunQuery): Html {
  const { checkpoints, control } = data;
  const last = Math.max(
    1,
    ...[...checkpoints, ...(control?.checkpoints ?? [])].map((each) => placeOf(each, query)),
  );
  const x = scale(0, last);
  const [run, other] = [
    seriesOf('run', data, panel, query),
    control && seriesOf('control', control, panel, query),
  ];
  const base = checkpoints[0] ? panel.scoreOf(checkpoints[0])?.mean : undefined;
  const y = query.y === 'full' ? scale(0, 100) : fitted([run, ...(other ? [other] : [])]);
  const series = [run, ...(other ? [other] : [])].map((each) => ({
    ...each,
    points: each.points.map(inPercent),
  }));
  return html`<figure><figcaption><b>${panel.title}</b><span>${panel.subtitle}</span></figcaption>${chart({
    description: describe(panel, data),
    heightPx: panel.large ? 330 : 112,
    left: panel.large ? '2rem' : '1.8rem',
    right: panel.large ? '7.5rem' : '2.5rem',
    ...{ x, y, series },
    xTicks: xTicksOf(last, query.x, panel.large),
    yTicks: yTicksOf(y, panel.large),
    base:
      typeof base === 'number'
        ? {
            y: 100 * base,
            label: panel.large ? `${stepName(checkpoints[0]?.step ?? 0)} ${percent(base)}` : '',
          }
        : undefined,
    rules: alertMarks(data, (step) => ruleAt(data, step, query), panel.large ? { high: last } : undefined),
    missing: panel.large ? missingOf(data, query) : [],
    places: placesOf(panel, data, query),
  })}</figure>`;
}

/** Where a checkpoint stands along the axis. */
function placeOf({ step, tokens }: CheckpointScore, { x }: RunQuery): number {
  return x === 'tokens' ? tokens : step;
}

/** Where a step stands: that of the last checkpoint before it, and its share of the way to the next. */
function ruleAt({ checkpoints }: RunData, step: number, { x }: RunQuery): number {
  if (x === 'step') return step;
  const after = checkpoints.find((each) => each.step >= step) ?? checkpoints.at(-1);
  const before = checkpoints.findLast((each) => each.step <= step) ?? after;
  if (!after || !before || after.step === before.step) return after?.tokens ?? 0;
  return before.tokens + ((after.tokens - before.tokens) * (step - before.step)) / (after.step - before.step);
}

function seriesOf(kind: Series['kind'], curves: RunCurves, panel: Panel, query: RunQuery): Series {
  const points = curves.checkpoints.map((checkpoint): Point => {
    const score = panel.scoreOf(checkpoint);
    const interval = score?.interval ?? undefined;
    return { x: placeOf(checkpoint, query), y: score?.mean ?? null, interval };
  });
  const last = points.findLast(({ y }) => y !== null)?.y;
  const label =
    typeof last !== 'number'
      ? ''
      : panel.large
        ? `${visibleLine(shortName(curves))} ${percent(last)}`
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

function xTicksOf(last: number, x: RunQuery['x'], large: boolean) {
  const unit = x === 'step' ? ' step' : ' tokens';
  const all = ticks(last, large ? 6 : 2);
  return all.map((at, index) => ({
    at,
    label: `${x === 'step' ? at : short(at)}${large && index === all.length - 1 ? unit : ''}`,
  }));
}

/** `1.2M`. */
function short(value: number): string {
  if (value >= 1e6) return `${number(value / 1e6)}M`;
  return value >= 1e3 ? `${number(value / 1e3)}k` : String(value);
}

function missingOf({ checkpoints }: RunData, query: RunQuery) {
  return checkpoints
    .filter(({ average, state }) => average?.mean == null && state !== 'unasked')
    .map((checkpoint) => ({
      x: placeOf(checkpoint, query),
      glyph: stateWords[checkpoint.state].glyph,
      title: `${stepName(checkpoint.step)}: ${stateWords[checkpoint.state].word}`,
      waiting: checkpoint.state === 'waiting' || checkpoint.state === 'running',
    }));
}

function placesOf(panel: Panel, data: RunData, query: RunQuery): Place[] {
  const [first] = scoredOf(data.checkpoints);
  const base = first && panel.scoreOf(first);
  const names = { own: visibleLine(shortName(data)), control: visibleLine(shortName(data.control ?? data)) };
  return data.checkpoints.flatMap((checkpoint): Place[] => {
    const score = panel.scoreOf(checkpoint);
    if (score?.mean == null || !checkpoint.evaluation) return [];
    const href =
      first?.evaluation && first !== checkpoint
        ? pages.compare(first.evaluation, checkpoint.evaluation)
        : pages.evaluation(checkpoint.evaluation);
    const other = data.control?.checkpoints.find(({ step }) => step === checkpoint.step);
    const beside = [
      other && panel.scoreOf(other)?.mean != null
        ? `${names.control} ${percent(panel.scoreOf(other)?.mean ?? 0)}`
        : '',
      base?.mean == null ? '' : `${stepName(first?.step ?? 0)} ${percent(base.mean)}`,
    ].filter(Boolean);
    const text = [
      `${stepName(checkpoint.step)} · ${panel.title}`,
      `${names.own} ${percent(score.mean)} (${rangeText(score)})`,
      beside.join(' · '),
      panel.subtitle,
    ];
    return [{ x: placeOf(checkpoint, query), href, text: text.filter(Boolean).join('\n') }];
  });
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
  return `${panel.title}: ${way} from ${percent(first.mean)} at step ${first.step} to ${percent(last.mean)} at step ${last.step} (95 % interval ${rangeText(last.score)})${control === null ? '' : `; the control ends at ${percent(control)}`}. Values in the table below.`;
}
