import type { Interval, Score } from '#shared/records/summary.ts';

/** A share as a percentage with one decimal and no sign: `65.3`. */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** A difference of shares in percentage points, with its sign: `+48.2`, `−0.4`. */
export function points(difference: number): string {
  const rounded = (100 * Math.abs(difference)).toFixed(1);
  if (Number(rounded) === 0) return '±0.0';
  return `${difference < 0 ? '−' : '+'}${rounded}`;
}

/** The mean in per cent, or `n/a` where completions are missing. */
export function meanText({ mean }: Score): string {
  return mean === null ? 'n/a' : percent(mean);
}

/** The 95 % interval in per cent; without a mean, the bounds that the failed shards leave. */
export function rangeText({ interval, bounds }: Score): string {
  return intervalText(interval ?? bounds);
}

/** Two shares in per cent: `22.0–34.0`. */
export function intervalText([low, high]: Interval): string {
  return `${percent(low)}–${percent(high)}`;
}

/** A p value with four decimals. */
export function pText(p: number): string {
  return p < 0.0001 ? '<0.0001' : p.toFixed(4);
}
