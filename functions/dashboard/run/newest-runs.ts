import { inParallel } from '#shared/in-parallel.ts';
import { keys } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../../results/held.ts';
import type { RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';

/** Runs that are looked through. */
const MOST_RUNS = 50;
/** Runs whose settings are read at a time. */
const READERS = 8;

/** A run and its settings. */
export type ConfiguredRun = Pick<RunView, 'run' | 'config'>;

/** The newest runs, newest first. One that is removed meanwhile is left out. */
export async function newestRuns({
  store,
  lists,
}: Pick<DashboardPorts, 'store' | 'lists'>): Promise<readonly ConfiguredRun[]> {
  const listed = await lists.list(keys.prefix.runEntries, { limit: MOST_RUNS });
  const found = await inParallel(listed, READERS, async (key): Promise<ConfiguredRun | undefined> => {
    const entry = await findHeld(store, record.runEntry.at(key));
    const stored = entry && (await findHeld(store, record.run(entry.run)));
    return stored && { run: entry.run, config: stored.config };
  });
  return found.filter((run) => run !== undefined);
}
