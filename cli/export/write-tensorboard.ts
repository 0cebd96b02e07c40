import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import type { RunCurves } from './run-curves.ts';
import { tensorboardEvents } from './tensorboard-events.ts';

/** The name TensorBoard gives such files, but with a fixed time: a second export writes the same file. */
const EVENTS = 'events.out.tfevents.0000000000.oneshot';

/**
 * Writes the curves of a run as an event file under `folder/run`, whole or not at all. The file of an earlier export is
 * replaced, so that no point stands twice.
 *
 * @returns the file
 * @throws {KnownError} `output-unwritable`, `disk-full`
 */
export async function writeTensorboard(folder: string, run: string, { rows }: RunCurves): Promise<string> {
  const directory = join(folder, run);
  const path = join(directory, EVENTS);
  makeFolder(directory, { code: 'output-unwritable', advice: 'name another' });
  // TensorBoard reads any file whose name holds "tfevents".
  const draft = join(directory, 'export.draft');
  await writeFile(draft, tensorboardEvents(rows));
  await rename(draft, path);
  return path;
}
