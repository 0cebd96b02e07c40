import { alertRules } from '#shared/alerts/alert-rules.ts';
import type { ChartOptions } from '../charts/chart.ts';
import type { RunData } from './run-data.ts';

type Rules = NonNullable<ChartOptions['rules']>;

/** Words that stand nearer than this to each other could not be read, per cent of a chart's width. */
const APART = 34;

/**
 * Where along an axis training has met rules. Those that would write over each other say no more than that they warn.
 *
 * @param at - where a step stands along the axis
 * @param worded - whether there is room for words; `high` is the end of the axis
 */
export function alertMarks(
  { alerts }: Pick<RunData, 'alerts'>,
  at: (step: number) => number,
  worded: { readonly high: number } | undefined,
): Rules {
  const marks = alerts
    .filter(({ rule }) => rule !== 'evaluation-stalled') // which says nothing of training
    .map(({ rule, severity, step }) => ({ rule, step, x: at(step), warns: severity === 'warning' }))
    .toSorted((a, b) => a.x - b.x);
  const isAlone = (x: number, index: number, high: number) =>
    marks.every((other, i) => i === index || (100 * Math.abs(other.x - x)) / high >= APART);
  return marks.map(({ rule, step, x, warns }, index) => {
    const sign = warns ? '▲ ' : '';
    const words = `${sign}step ${step}: ${alertRules[rule].short}`;
    return { x, warns, label: !worded ? '' : isAlone(x, index, worded.high) ? words : sign.trim() };
  });
}
