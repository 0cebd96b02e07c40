import { join } from 'node:path';
import { openPlace } from '#shared/adapters/open-place.ts';
import { printable, printableJson } from '#shared/printable.ts';
import { findEvaluation } from '../named/find-evaluation.ts';
import { saveText } from '../report/save-text.ts';
import { type HubDataset, hubResults } from './hub-results.ts';
import { inspectLogs } from './inspect-log.ts';
import { lmEvalResults } from './lm-eval-results.ts';
import { readScored } from './read-scored.ts';

export interface EvaluationExport {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly to: 'inspect' | 'lm-eval' | 'hf';
  /** Of the Hub, for `hf`. */
  readonly dataset: readonly HubDataset[];
}

/**
 * Writes an evaluation with its samples, or its scores, as another tool reads them.
 *
 * @throws {KnownError} as `findEvaluation`, `readScored` and `hubResults` do; `output-unwritable`, `disk-full`
 */
export async function exportEvaluation(
  name: string,
  folder: string,
  options: EvaluationExport,
): Promise<void> {
  const place = await openPlace(options);
  try {
    const scored = await readScored(await findEvaluation(place.store, name), place.store);
    const { evaluation, sets } = scored;
    const files =
      options.to === 'inspect'
        ? inspectLogs(scored)
        : options.to === 'lm-eval'
          ? lmEvalResults(scored)
          : hubResults(scored, options.dataset);
    for (const { path, text } of files) await saveText(text, join(folder, path));
    const samples = sets.flatMap(({ problems }) => problems.flatMap((problem) => problem.samples)).length;
    const written = files.map(({ path }) => join(folder, path));
    const line = { event: 'exported', evaluation, to: options.to, samples, written };
    process.stdout.write(
      options.json ? `${printableJson(line)}\n` : written.map((path) => `${printable(path)}\n`).join(''),
    );
  } finally {
    place.close();
  }
}
