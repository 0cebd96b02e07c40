import { html } from 'hono/html';
import type { Html } from '../html.ts';
import { dotsPath, linePaths, type Point } from './line.ts';
import { rounded, type Scale, scale } from './scale.ts';

/** Labels at the ends of lines keep so many pixels between them, so that each can be read. */
const LABEL_PX = 15;

/** A curve: `run` is what the page is about, `control` what it is held against, `seed` one of many like it. */
export interface Series {
  readonly kind: 'run' | 'control' | 'seed';
  readonly points: readonly Point[];
  /** At its end, in its colour. */
  readonly label: string;
  readonly dots?: boolean;
}

export interface ChartOptions {
  /** What a reader who cannot see the chart is told. */
  readonly description: string;
  readonly heightPx: number;
  /** Room for labels left and right, such as `2rem`. */
  readonly left: string;
  readonly right: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly series: readonly Series[];
  /** A level to hold curves against, dotted. */
  readonly base?: { readonly y: number; readonly label: string } | undefined;
  /** Places along the axis that mean something; the label stands above the frame. */
  readonly rules?: readonly { readonly x: number; readonly label: string; readonly warns?: boolean }[];
  /** Places without a value and why: a glyph on the axis. */
  readonly missing?: readonly {
    readonly x: number;
    readonly glyph: string;
    readonly title: string;
    readonly waiting: boolean;
  }[];
  /** What can be read and followed, a place each; beside each other they cover the chart. */
  readonly places?: readonly Place[];
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Place {
  readonly x: number;
  readonly href: string;
  /** Shown over the place; several lines. */
  readonly text: string;
}

/**
 * A chart without a script: geometry in a stretched box, whose strokes keep their width, and labels as text at percentages,
 * so that both keep their size in a small chart and a large one.
 */
export function chart(options: ChartOptions): Html {
  const { description, heightPx, left, right, x, y, xTicks, yTicks, base } = options;
  const grid = yTicks.filter(({ at }) => at !== y.low).map(({ at }) => `M0 ${y.fromTop(at)}H100`);
  const rules = (options.rules ?? []).map((rule) => ({ ...rule, at: x.at(rule.x) }));
  return html`<div class="plot" style="--h:${heightPx}px;--r:${right};--l:${left}"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${description}"><path class="g" d="${grid.join('') || 'M0 0'}"/><path class="ax" d="M0 100H100"/>${options.series.toReversed().map((series) => drawn(series, x, y))}${base ? html`<path class="base" d="M0 ${y.fromTop(base.y)}H100"/>` : ''}${rules.map(({ at, warns }) => html`<path class="${warns ? 'sat warns' : 'sat'}" d="M${at} ${options.heightPx > 200 ? -4 : 0}V100"/>`)}</svg>${yTicks.map(({ at, label }) => html`<span class="yt" style="--y:${y.fromTop(at)}">${label}</span>`)}${xTicks.map(({ at, label }) => html`<span class="xt" style="--x:${x.at(at)}">${label}</span>`)}${endLabels(options)}${rules.filter(({ label }) => label).map(({ at, label }) => html`<span class="${at > 60 ? 'lab l' : 'lab'}" style="--x:${at}">${label}</span>`)}${(options.missing ?? []).map((each) => html`<span class="${each.waiting ? 'miss w' : 'miss'}" style="--x:${x.at(each.x)}" title="${each.title}">${each.glyph}</span>`)}${places(options)}</div>`;
}

function drawn({ kind, points, dots }: Series, x: Scale, y: Scale): Html {
  const paths = linePaths(points, x, y);
  const path = (name: string, d: string) => (d === '' ? '' : html`<path class="${name}" d="${d}"/>`);
  if (kind === 'seed') return html`${path('ls', paths.line)}`;
  if (kind === 'control') return html`${path('b1', paths.band)}${path('l1', paths.line)}`;
  return html`${path('b0', paths.band)}${path('eb', paths.bars)}${path('gap', paths.gaps)}${path('l0', paths.line)}${dots ? path('d0', dotsPath(points, x, y)) : ''}`;
}

/** What each line is called, at its end and as near to its last value as the others let it be. */
function endLabels({ series, base, y, heightPx }: ChartOptions): Html[] {
  const lines = [
    ...series.map(({ kind, label, points }) => ({
      label,
      style: kind === 'run' ? 'en e0' : 'en e1',
      y: points.findLast((point) => point.y !== null)?.y,
    })),
    ...(base ? [{ ...base, style: 'en' }] : []),
  ].filter((line): line is typeof line & { y: number } => typeof line.y === 'number' && line.label !== '');
  const sorted = lines
    .map((line) => ({ ...line, top: (y.fromTop(line.y) / 100) * heightPx }))
    .sort((a, b) => a.top - b.top);
  return apart(
    sorted.map(({ top }) => top),
    heightPx,
  ).map((top, index) => {
    const { style, label } = sorted[index] as (typeof sorted)[number]; // one for each top
    return html`<b class="${style}" style="--t:${rounded(top)}px">${label}</b>`;
  });
}

/** Moves ascending places apart, downwards first and then back up from the lower edge. */
export function apart(tops: readonly number[], heightPx: number): readonly number[] {
  const down: number[] = [];
  for (const top of tops) down.push(Math.max(top, (down.at(-1) ?? Number.NEGATIVE_INFINITY) + LABEL_PX));
  const up: number[] = [];
  for (const top of down.toReversed())
    up.push(Math.min(top, up.length === 0 ? heightPx - 2 : (up.at(-1) ?? 0) - LABEL_PX));
  return up.reverse();
}

/** One link for each place, as wide as half the way to its neighbours. Not a stop of the Tab key: the table below is. */
function places({ places: given = [], x }: ChartOptions): Html[] {
  const centres = given.map((place) => x.at(place.x));
  return given.map((place, index) => {
    const centre = centres[index] as number; // one for each place
    const [before, after] = [centres[index - 1] ?? centre - 8, centres[index + 1] ?? centre + 8];
    const [from, to] = [
      Math.max((centre + before) / 2, centre - 8),
      Math.min((centre + after) / 2, centre + 8),
    ];
    const half = Math.min(centre - from, to - centre);
    return html`<a class="${centre > 60 ? 'hit z' : 'hit'}" tabindex="-1" aria-hidden="true" data-x="${place.x}" style="--x:${rounded(centre - half)};--w:${rounded(2 * half)}" href="${place.href}" data-v="${place.text}"></a>`;
  });
}

/**
 * A line without axes, one value marked: how something went, beside its number. As high as it needs, unless `range` gives it
 * the height of others.
 */
export function spark(
  description: string,
  points: readonly Point[],
  { marked, range }: { readonly marked?: number; readonly range?: readonly [number, number] },
): Html {
  const known = points.flatMap((point) => (point.y === null ? [] : [point.y]));
  const xs = points.map((point) => point.x);
  const [low, high] = range ?? [Math.min(...known), Math.max(...known)];
  const margin = (high - low || 1) * 0.08;
  const [x, y] = [scale(Math.min(...xs), Math.max(...xs)), scale(low - margin, high + margin)];
  const { line } = linePaths(points, x, y);
  const now = points.filter((point) => point.x === marked);
  return html`<div class="plot"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${description}"><path class="g" d="M0 100H100"/>${line ? html`<path class="spark" d="${line}"/>` : html`<path class="d0" d="${dotsPath(points, x, y)}"/>`}${now.length > 0 ? html`<path class="now" d="${dotsPath(now, x, y)}"/>` : ''}</svg></div>`;
}
