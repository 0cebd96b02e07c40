import { join } from 'node:path';
import type { DashboardPorts } from '#functions/dashboard/dashboard-ports.ts';
import { counted } from '#functions/dashboard/shell/format.ts';
import { sum } from '#shared/metrics/sum.ts';
import { printable } from '#shared/printable.ts';
import { Progress } from '../terminal/progress.ts';
import { sizeText } from '../terminal/size-text.ts';
import { type FrozenFile, freezePages, INDEX } from './freeze-pages.ts';
import { wantedPages } from './frozen-pages.ts';
import { renderReport } from './render-report.ts';
import type { ReportData } from './report-data.ts';
import { saveText } from './save-text.ts';

/**
 * Writes a report with the pages that it is about beside it, to be opened from the disk; says how much that is before.
 *
 * @throws {KnownError} `output-unwritable`, `disk-full`
 */
export async function writeFolder(
  folder: string,
  data: ReportData,
  ports: DashboardPorts,
  { json }: { readonly json: boolean },
): Promise<void> {
  const progress = new Progress(process.stderr, json);
  const wanted = wantedPages(data);
  const { files, resolve, failed } = await freezePages(wanted, ports, (done) =>
    progress.show({ phase: 'rendering', text: counted(done, 'page'), numbers: { done } }),
  );
  progress.clear();
  const index: FrozenFile = { path: INDEX, text: renderReport(data, resolve) };
  const all = [...files, index];
  const bytes = sum(all.map(({ text }) => Buffer.byteLength(text)));
  const steps = [...wanted.steps].filter((step) => resolve(step) !== undefined).length;
  const { allSteps } = wanted;
  const about = `${counted(all.length, 'file')}, ${sizeText(bytes)}; pages of ${steps} of ${counted(allSteps, 'training step')}`;
  progress.say(
    { event: 'writing', files: all.length, bytes, steps, allSteps },
    printable(`Writing to ${folder}: ${about}.`),
  );
  if (failed.length > 0) {
    const text = `Left out, since they cannot be made: ${counted(failed.length, 'page')}, such as ${failed[0]}`;
    progress.say({ event: 'left-out', pages: failed }, printable(text));
  }
  for (const { path, text } of all) await saveText(text, join(folder, path));
  const out = join(folder, INDEX);
  process.stdout.write(json ? `${JSON.stringify({ event: 'report', out, bytes })}\n` : `${printable(out)}\n`);
}
