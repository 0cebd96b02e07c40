import { html } from 'hono/html';
import { type Scale, scale, ticks } from '../charts/scale.ts';
import type { Html } from '../html.ts';
import { number } from '../shell/format.ts';
import type { RunCurves } from './run-curves.ts';
import type { RunData } from './run-data.ts';
import type { RunQuery } from './run-query.ts';
import { AXES, type Axis, obstacleTo, placeAt } from './step-places.ts';

/** What all curves of a page are drawn over. */
export interface XAxis {
  readonly axis: Axis;
  /** In which it is read, such as `minutes`. */
  readonly unit: string;
  readonly x: Scale;
  /** Where a step of one of the runs stands; `null` where that is not known. */
  readonly at: (curves: Pick<RunCurves, 'places'>, step: number) => number | null;
  /** @param most - at most so many @param named - the last says the unit */
  readonly ticks: (
    most: number,
    named: boolean,
  ) => readonly { readonly at: number; readonly label: string }[];
}

/** The axis that was asked for, or steps where the run has nothing to draw over that one. */
export function xAxis(
  data: Pick<RunData, 'places' | 'steps' | 'checkpoints' | 'control' | 'seeds'>,
  query: RunQuery,
): XAxis {
  const axis = obstacleTo(query.x, data.places) === undefined ? query.x : 'step';
  const at: XAxis['at'] = ({ places }, step) => placeAt(places, step, axis);
  const seeds = query.seeds === 'none' ? [] : (data.seeds?.others ?? []);
  const runs = [data, ...(data.control ? [data.control] : []), ...seeds];
  const ends = runs.map((each) => {
    const step = Math.max(each.steps.at(-1)?.step ?? 0, each.checkpoints.at(-1)?.step ?? 0);
    return at(each, step) ?? 0;
  });
  const longest = Math.max(...ends);
  const last = longest > 0 ? longest : 1;
  const { unit, size } = unitOf(axis, last);
  return {
    ...{ axis, unit, at, x: scale(0, last) },
    ticks: (most, named) => {
      const all = ticks(last / size, most);
      return all.map((tick, index) => ({
        at: tick * size,
        label: `${axis === 'step' ? tick : short(tick)}${named && index === all.length - 1 ? ` ${unit}` : ''}`,
      }));
    },
  };
}

/** The unit in which an axis is read, and how much of it that is. */
function unitOf(axis: Axis, last: number): { readonly unit: string; readonly size: number } {
  switch (axis) {
    case 'step':
    case 'tokens':
      return { unit: axis, size: 1 };
    case 'usd':
      return { unit: 'USD', size: 1 };
    case 'hours':
      if (last >= 2) return { unit: 'hours', size: 1 };
      return last >= 1 / 30 ? { unit: 'minutes', size: 1 / 60 } : { unit: 'seconds', size: 1 / 3600 };
    default:
      return axis satisfies never;
  }
}

/** `1.2M`. */
function short(value: number): string {
  if (value >= 1e6) return `${number(value / 1e6)}M`;
  return value >= 1e4 ? `${number(value / 1e3)}k` : number(value);
}

/** Axes that can be chosen, and why others cannot. */
export function axisChoice(
  data: Pick<RunData, 'places' | 'control'>,
  query: RunQuery,
): {
  readonly offered: readonly Axis[];
  readonly note: Html | string;
} {
  const missing = AXES.flatMap((axis) => {
    const why = obstacleTo(axis, data.places);
    return why === undefined ? [] : [{ axis, why }];
  });
  const offered = AXES.filter((axis) => missing.every((each) => each.axis !== axis));
  const told = missing.map(
    ({ axis, why }) =>
      html`${axis === query.x ? `Not over ${NAMES[axis]} but over steps` : `No axis of ${NAMES[axis]}`}: ${why}. `,
  );
  const { control } = data;
  const drawn = offered.includes(query.x) ? query.x : 'step';
  const lost = control ? obstacleTo(drawn, control.places) : undefined;
  const left = lost === undefined ? '' : html`The control is not drawn over ${NAMES[drawn]}: ${lost}. `;
  return { offered, note: told.length === 0 && left === '' ? '' : html`<p class="note">${told}${left}</p>` };
}

const NAMES: Readonly<Record<Axis, string>> = {
  step: 'steps',
  tokens: 'tokens',
  hours: 'hours',
  usd: 'US dollars',
};
