import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '#shared/adapters/local/private-home.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import type { Summary } from '#shared/records/summary.ts';
import type { TrainedRun } from '../evaluate/follow-run.ts';
import { readReport } from '../report/read-report.ts';
import { renderReport } from '../report/render-report.ts';
import { reportPorts } from '../report/report-ports.ts';

/**
 * Writes the report on the demo's one-shot run; the other run is found as its control.
 *
 * @param command - that made the runs, as it was typed
 * @returns the file
 */
export async function writeDemoReport(
  home: string,
  { store }: Place,
  run: string,
  command: string,
): Promise<string> {
  const data = await readReport({ subjects: [run], command, now: new Date() }, reportPorts(store));
  const folder = join(home, 'reports');
  makeFolder(folder, { mode: PRIVATE_FOLDER });
  const path = join(folder, 'demo.html');
  await writeFile(path, renderReport(data), { mode: PRIVATE_FILE });
  return path;
}

/** The scores of a run's first or last checkpoint. */
export function summaryOf({ checkpoints }: TrainedRun, end: 'first' | 'last'): Summary {
  const summary = checkpoints.at(end === 'first' ? 0 : -1)?.summary;
  if (!summary) throw new Error('the demo recipes evaluate every checkpoint');
  return summary;
}
