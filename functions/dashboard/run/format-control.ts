import type { RunView } from '../../results/runs/run-view.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';
import { newestRuns } from './newest-runs.ts';

/** What a control has in common with its run. */
const SHARED = ['model', 'examples', 'steps', 'checkpointEvery'] as const;

/** The newest run that differs from this one by being rewarded for the format of an answer alone. */
export async function formatControl(
  { run, config }: Pick<RunView, 'run' | 'config'>,
  ports: Pick<DashboardPorts, 'store' | 'lists'>,
): Promise<string | undefined> {
  if (isFormatRun(config)) return undefined;
  for await (const other of newestRuns(ports))
    if (
      other.run !== run &&
      isFormatRun(other.config) &&
      SHARED.every((name) => other.config[name] === config[name])
    )
      return other.run;
  return undefined;
}

/** Settings have a schema that only the trainer knows: what does not look like it is no format run. */
function isFormatRun(config: Readonly<Record<string, unknown>>): boolean {
  const reward = config['reward'];
  return typeof reward === 'object' && reward !== null && 'mode' in reward && reward.mode === 'format';
}
