import { keys } from '#shared/storage/keys.ts';
import { record } from '#shared/storage/records.ts';
import { findHeld } from '../../results/held.ts';
import type { RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';

/** Runs that are looked through, newest first. */
const MOST_RUNS = 50;
/** What a control has in common with its run. */
const SHARED = ['model', 'examples', 'steps', 'checkpointEvery'] as const;

/** The newest run that differs from this one by being rewarded for the format of an answer alone. */
export async function formatControl(
  { run, config }: Pick<RunView, 'run' | 'config'>,
  { store, lists }: Pick<DashboardPorts, 'store' | 'lists'>,
): Promise<string | undefined> {
  if (isFormatRun(config)) return undefined;
  for (const key of await lists.list(keys.prefix.runEntries, { limit: MOST_RUNS })) {
    const entry = await findHeld(store, record.runEntry.at(key));
    const other = entry && entry.run !== run && (await findHeld(store, record.run(entry.run)));
    if (other && isFormatRun(other.config) && SHARED.every((name) => other.config[name] === config[name]))
      return entry.run;
  }
  return undefined;
}

/** Settings have a schema that only the trainer knows: what does not look like it is no format run. */
function isFormatRun(config: Readonly<Record<string, unknown>>): boolean {
  const reward = config['reward'];
  return typeof reward === 'object' && reward !== null && 'mode' in reward && reward.mode === 'format';
}
