import { sum } from '#shared/metrics/sum.ts';
import { median, quantile } from '../quantile.ts';
import type { FleetResult } from './simulate.ts';

/** Of several seeds. */
export interface Row {
  /** Median. */
  readonly minutes: number;
  /** What 15 of 100 exceed, about. */
  readonly slowMinutes?: number;
  /** Median. */
  readonly usd: number;
  /** Share of the cost that is starts, fetches, and what failed. */
  readonly overhead?: number;
  /** Median. */
  readonly handOvers?: number;
  /** Share of the cost that is storing and reading the keys and values of what was handed over. */
  readonly handingOver?: number;
}

export function summaryRow(results: readonly FleetResult[]): Row {
  const each = (value: (result: FleetResult) => number) => results.map(value);
  const minutes = each(({ wallSeconds }) => wallSeconds / 60);
  const usd = each((result) => result.usd);
  return {
    minutes: median(minutes),
    slowMinutes: quantile(minutes, 0.85),
    usd: median(usd),
    overhead: 1 - sum(each(({ computeUsd }) => computeUsd)) / sum(usd),
    handOvers: median(each(({ handOvers }) => handOvers)),
    handingOver: sum(each(({ handOverUsd }) => handOverUsd)) / sum(usd),
  };
}
