import { expect, it } from 'vitest';
import { reportPorts } from '#cli/report/report-ports.ts';
import { watchStalled } from '#cli/train/watch-stalled.ts';
import type { AlertEvent } from '#shared/driver-events.ts';
import { PagesWorld, RUN } from '../../functions/dashboard/pages-world.ts';

const HOUR_MS = 3_600_000;

/** Watches a run whose last checkpoint was asked to be scored in 1970. @param times - of the clock, one for each look */
async function watched(times: readonly number[]): Promise<AlertEvent[]> {
  const world = await PagesWorld.create();
  await world.putRun('a', { unscored: true });
  const over = new AbortController();
  const ports = reportPorts(world.api.world.store);
  const left = [...times];
  const told: AlertEvent[] = [];
  const now = () => {
    const time = left.shift() as number;
    if (left.length === 0) over.abort();
    return time;
  };
  const watching = { ...ports, clock: { now } };
  await watchStalled(RUN, watching, (alert) => told.push(alert), { signal: over.signal, everyMs: 1 });
  return told;
}

it('tells once that the scores of a checkpoint do not come', async () => {
  const told = await watched([0, HOUR_MS / 4, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
  expect(told).toEqual([
    {
      ...{ level: 'warning', event: 'alert', run: RUN, rule: 'evaluation-stalled', step: 6, value: 1 },
      detail: expect.stringContaining('The scores of step 6 were asked for 1.0 hours ago'),
    },
  ]);
});

it('says nothing of scores that are young, nor after the run is over', async () => {
  expect(await watched([0, HOUR_MS / 4])).toEqual([]);
  expect(await watched([0, HOUR_MS])).toEqual([]); // the run ends while it looks
});

it('looks again after a store could not be read', async () => {
  const world = await PagesWorld.create();
  await world.putRun('a', { unscored: true });
  const ports = reportPorts(world.api.world.store);
  let away = true;
  const lists = Object.assign(Object.create(ports.lists), {
    list: (...args: Parameters<typeof ports.lists.list>) => {
      if (!away) return ports.lists.list(...args);
      away = false;
      return Promise.reject(new Error('the store is away'));
    },
  });
  const told: AlertEvent[] = [];
  const { signal } = new AbortController();
  const watching = { ...ports, lists, clock: { now: () => HOUR_MS } };
  await watchStalled(RUN, watching, (alert) => told.push(alert), { signal, everyMs: 1 });
  expect(told.map(({ rule }) => rule)).toEqual(['evaluation-stalled']);
});
