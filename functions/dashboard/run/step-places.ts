import { readMetric } from '#shared/metrics/metric-table.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { StepTelemetry } from '#shared/records/telemetry.ts';
import type { RunView } from '../../results/runs/run-view.ts';

/** What curves may be drawn over. */
export const AXES = ['step', 'tokens', 'hours', 'usd'] as const;
export type Axis = (typeof AXES)[number];

/** Where a step stands on every axis: what it and all before it took. */
export interface StepPlace {
  readonly step: number;
  /** Of completions; `null` from the first step on that does not say how many it sampled. */
  readonly tokens: number | null;
  /** Wall time of the steps, without pauses between drivers; `null` from the first step on that no clock has seen. */
  readonly hours: number | null;
  /** By the price of an hour that was recorded; `null` from the first step on that has none. */
  readonly usd: number | null;
}

const START: StepPlace = { step: 0, tokens: 0, hours: 0, usd: 0 };

/** The places of a run's steps, from its beginning. Pure. */
export function stepPlaces(
  steps: RunView['steps'],
  telemetries: ReadonlyMap<number, StepTelemetry>,
): readonly StepPlace[] {
  const places = [START];
  for (const { step, metrics } of steps) {
    const before = places.at(-1) ?? START;
    const telemetry = telemetries.get(step);
    const seconds = telemetry && sum(Object.values(telemetry.seconds));
    places.push({
      step,
      tokens: plus(before.tokens, readMetric(metrics, 'completion/tokens')),
      hours: plus(before.hours, seconds === undefined ? undefined : seconds / 3600),
      usd: plus(before.usd, telemetry?.usd),
    });
  }
  return places;
}

function plus(before: number | null, more: number | undefined): number | null {
  return before === null || more === undefined ? null : before + more;
}

/** Where a step stands on an axis, at the last place that is not beyond it; `null` where that is not known. */
export function placeAt(places: readonly StepPlace[], step: number, axis: Axis): number | null {
  if (axis === 'step') return step;
  let [low, high] = [0, places.length - 1]; // places[0] is the beginning
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((places[middle]?.step ?? 0) <= step) low = middle;
    else high = middle - 1;
  }
  return places[low]?.[axis] ?? null;
}

/** Why there are no curves over an axis; `undefined` where there are. Before its first step a run has all of them. */
export function obstacleTo(axis: Axis, places: readonly StepPlace[]): string | undefined {
  if (places.at(-1)?.[axis] !== null) return undefined;
  const unknown = places.filter((place) => place[axis] === null).length;
  const all = unknown === places.length - 1;
  switch (axis) {
    case 'step':
      return undefined;
    case 'tokens':
      return `${all ? 'its steps do not say' : 'not every step says'} how many tokens were sampled`;
    case 'hours':
      return `${all ? 'no clock has seen its steps' : 'not every step was seen by a clock'}`;
    case 'usd':
      return `${all ? 'no price was recorded' : 'a price was not recorded all the way'}: ONESHOT_USD_PER_HOUR says what an hour of the machine costs while it trains`;
    default:
      return axis satisfies never;
  }
}
