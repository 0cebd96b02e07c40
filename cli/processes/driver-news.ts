import type { DriverNews } from '#functions/results/runs/run-progress.ts';
import { lastLogEntry } from '#shared/adapters/local/run-log.ts';
import { runsAtWork } from '#trainer/driver/scratch-folder.ts';

/** What this machine knows of the drivers of a home, as of now. */
export async function driverNews(home: string): Promise<DriverNews> {
  const working = await runsAtWork(home);
  return {
    isAtWork: (run) => working.has(run),
    // One that was told to stop says so in the same form.
    hasFailed: (run) => {
      const last = lastLogEntry(home, run);
      return last?.event === 'run-failed' && last['code'] !== 'interrupted';
    },
  };
}
