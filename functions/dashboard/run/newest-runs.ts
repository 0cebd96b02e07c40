import { keys } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../../results/held.ts';
import type { RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';

/** Runs that are looked through. */
const MOST_RUNS = 50;

/** The newest runs with their settings, newest first. One that is removed meanwhile is left out. */
export async function* newestRuns({
  store,
  lists,
}: Pick<DashboardPorts, 'store' | 'lists'>): AsyncGenerator<Pick<RunView, 'run' | 'config'>> {
  for (const key of await lists.list(keys.prefix.runEntries, { limit: MOST_RUNS })) {
    const entry = await findHeld(store, record.runEntry.at(key));
    const stored = entry && (await findHeld(store, record.run(entry.run)));
    if (entry && stored) yield { run: entry.run, config: stored.config };
  }
}
