/**
 * `oneshot samples`: the completions of an evaluation as JSON lines, each as the HTTP API gives it. Imports `results/` and
 * `terminal/`.
 */
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Sample } from '#functions/results/evaluations/sample-view.ts';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { openResults, type ResultPlace } from '../results/open-results.ts';
import type { SampleFilter } from '../results/result-source.ts';
import { Progress } from '../terminal/progress.ts';

export interface SampleOptions extends SampleFilter, ResultPlace {
  readonly json: boolean;
  /** A file, which is there whole or not at all. */
  readonly out?: string | undefined;
}

/**
 * Writes the completions of an evaluation's newest round as far as they are scored, a JSON line each.
 *
 * @throws {KnownError} as `findEvaluation` does; `benchmark-unknown`, `grader-unknown`, `output-unwritable`, `disk-full`
 */
export async function writeSamples(subject: string, options: SampleOptions): Promise<void> {
  const results = await openResults(options);
  const evaluation = await results.findEvaluation(subject);
  const progress = new Progress(process.stderr, options.json);
  let samples = 0;
  const { benchmark, verdict, grader } = options;
  const found = results.samples(evaluation, { benchmark, verdict, grader });
  const lines = sampleLines(found, () => {
    samples++;
    if (options.out !== undefined)
      progress.show({ phase: 'writing', text: `${samples} samples`, numbers: { done: samples } });
  });
  if (options.out === undefined) await pipeline(Readable.from(lines), process.stdout, { end: false });
  else {
    makeFolder(dirname(options.out), { code: 'output-unwritable', advice: 'name another' });
    await saveStream(lines, options.out).finally(() => progress.clear());
    const line = { event: 'samples', evaluation, samples, out: options.out };
    process.stdout.write(options.json ? `${JSON.stringify(line)}\n` : `${samples} samples: ${options.out}\n`);
  }
  if (!(await results.isOver(evaluation))) {
    const text = 'The evaluation is not over: these are the samples that are scored so far.';
    progress.say({ event: 'unfinished', evaluation }, text);
  }
  results.close();
}

/** Each sample as a line. @param onSample - hears of each */
async function* sampleLines(
  samples: AsyncIterable<Sample>,
  onSample: () => void,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const sample of samples) {
    yield encoder.encode(`${JSON.stringify(sample)}\n`);
    onSample();
  }
}
