import { KnownError } from '#shared/errors.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import type { VerifyOptions } from '#shared/verifier/verification.ts';
import { note } from '../terminal/quiet.ts';
import { openSink, openSource } from './batch-files.ts';
import { BatchProgress } from './batch-progress.ts';
import { verifyBatch } from './verify-batch.ts';

export interface VerifyBatchSettings {
  /** File of JSON lines, `-` for standard input. */
  readonly batch: string;
  /** File of the results, standard output without. */
  readonly out?: string;
  readonly workers: number;
  /** Mode of the lines that name none. */
  readonly mode: GraderName;
  readonly options: VerifyOptions;
  readonly json: boolean;
}

/**
 * Judges each line of a file; how many are right is for whoever reads the results.
 *
 * @throws {KnownError} `cases-unreadable` after all of them, `input-unreadable`, `output-unwritable`, `disk-full`
 */
export async function verifyCases({
  batch,
  out,
  workers,
  mode,
  options,
  json,
}: VerifyBatchSettings): Promise<void> {
  const source = await openSource(batch);
  const sink = await openSink(out, batch);
  // Two writers on one terminal would garble each other.
  const progress = new BatchProgress(process.stderr, out !== undefined || !process.stdout.isTTY);
  try {
    const onProgress = (cases: number) => progress.show(cases, source.share());
    const defaults = { mode, options };
    const { cases, faults } = await verifyBatch(source.blocks, sink, { defaults, workers, onProgress });
    await sink.end();
    progress.end();
    if (out !== undefined && !json) note(`${cases} cases are judged: ${out}`);
    if (faults > 0) {
      const message = `${faults} of ${cases} cases could not be read; each says why in its place.`;
      throw new KnownError('cases-unreadable', message);
    }
  } finally {
    progress.end();
    source.close();
  }
}
