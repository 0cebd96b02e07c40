import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { type Markup, trusted } from './markup.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** 95 %, drawn as a band. */
  readonly interval?: readonly [low: number, high: number];
}

export interface ChartSeries {
  readonly label: string;
  /** A CSS colour, such as `var(--series-0)`: it follows light, dark and print. */
  readonly color: string;
  readonly dashed: boolean;
  readonly points: readonly ChartPoint[];
}

export interface ChartOptions {
  /** What a reader who cannot see the chart is told. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly series: readonly ChartSeries[];
  readonly yDomain?: readonly [number, number];
  readonly yFormat: (value: number) => string;
  /** Mark each point: for checkpoints, not for a dense curve. */
  readonly dots: boolean;
  /** A vertical rule with its label above the frame. */
  readonly rule?: { readonly x: number; readonly label: string };
}

/** Draws lines over training steps as an SVG that needs no script. Later series lie on top of earlier ones. */
export function lineChart(options: ChartOptions): Markup {
  const { description, width, height, series, yDomain, yFormat, rule } = options;
  const lastX = Math.max(1, ...series.flatMap(({ points }) => points.map(({ x }) => x)));
  const svg = Plot.plot({
    document: parseHTML('<html></html>').document,
    width,
    height,
    marginTop: rule?.label ? 26 : 12,
    marginLeft: 48,
    marginRight: 16,
    marginBottom: 36,
    className: 'chart',
    ariaLabel: description,
    x: { domain: [0, lastX] },
    y: yDomain ? { domain: [...yDomain] } : { nice: true, zero: true },
    marks: [
      Plot.gridY({ ticks: 5, stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: yFormat, fill: 'var(--muted)' }),
      Plot.axisX({ ticks: 6, tickSize: 4, label: 'step', labelArrow: 'none', color: 'var(--muted)' }),
      ...(rule ? ruleMarks(rule, lastX) : []),
      ...series.flatMap((each) => seriesMarks(each, options)),
    ],
  });
  svg.setAttribute('role', 'img');
  return trusted(svg.outerHTML);
}

function ruleMarks(
  { x, label }: { readonly x: number; readonly label: string },
  lastX: number,
): Plot.Markish[] {
  const onTheLeft = x < lastX / 2;
  return [
    Plot.ruleX([x], { stroke: 'var(--ink)', strokeDasharray: '2 3', insetTop: label ? -12 : 0 }),
    Plot.text([label], {
      x,
      frameAnchor: 'top',
      textAnchor: onTheLeft ? 'start' : 'end',
      dx: onTheLeft ? 5 : -5,
      dy: -16,
      fill: 'var(--ink)',
    }),
  ];
}

function seriesMarks({ label, color, dashed, points }: ChartSeries, options: ChartOptions): Plot.Markish[] {
  const banded = points.filter(({ interval }) => interval);
  const title = ({ x, y, interval }: ChartPoint): string =>
    `${label}, step ${x}: ${options.yFormat(y)}${interval ? ` [${interval.map(options.yFormat).join(', ')}]` : ''}`;
  return [
    Plot.areaY(banded, {
      x: 'x',
      y1: ({ interval }: ChartPoint) => interval?.[0],
      y2: ({ interval }: ChartPoint) => interval?.[1],
      fill: color,
      fillOpacity: 0.16,
    }),
    Plot.lineY(points, {
      x: 'x',
      y: 'y',
      stroke: color,
      strokeWidth: 2,
      ...(dashed && { strokeDasharray: '5 4' }),
    }),
    ...(options.dots ? [Plot.dot(points, { x: 'x', y: 'y', r: 2.5, fill: color, title })] : []),
  ];
}
