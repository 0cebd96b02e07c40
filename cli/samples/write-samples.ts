/**
 * `oneshot samples`: the completions of an evaluation as JSON lines. `named/` knows which is meant; what a
 * line holds is what the HTTP API gives. Imports `named/` and `terminal/`.
 */
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { listSamples } from '#functions/results/evaluations/list-samples.ts';
import type { SampleQuery } from '#functions/results/evaluations/sample-view.ts';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { findEvaluation } from '../named/find-evaluation.ts';
import { Progress } from '../terminal/progress.ts';

export interface SampleOptions extends Pick<SampleQuery, 'verdict' | 'grader'> {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly benchmark?: SampleQuery['benchmark'];
  /** A file, which is there whole or not at all. */
  readonly out?: string | undefined;
}

/** Samples that one look at the store gives at most. */
const PAGE = 100;

/**
 * Writes the completions of an evaluation's newest round as far as they are scored, a JSON line each.
 *
 * @throws {KnownError} as `findEvaluation` does; `benchmark-unknown`, `grader-unknown`, `output-unwritable`, `disk-full`
 */
export async function writeSamples(subject: string, options: SampleOptions): Promise<void> {
  const place = await openPlace(options);
  const { store } = place;
  const evaluation = await findEvaluation(store, subject);
  const progress = new Progress(process.stderr, options.json);
  let samples = 0;
  const lines = sampleLines(store, evaluation, options, () => {
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
  if (!(await isOver(store, evaluation))) {
    const text = 'The evaluation is not over: these are the samples that are scored so far.';
    progress.say({ event: 'unfinished', evaluation }, text);
  }
  place.close();
}

/** Each sample as a line. @param onSample - hears of each */
async function* sampleLines(
  store: ObjectStore,
  evaluation: string,
  { benchmark, verdict, grader }: Pick<SampleOptions, 'benchmark' | 'verdict' | 'grader'>,
  onSample: () => void,
): AsyncGenerator<Uint8Array> {
  const lists = new CachedLists(store, { now: Date.now });
  const encoder = new TextEncoder();
  for (let cursor: string | undefined; ; ) {
    const query = { benchmark, verdict, grader, cursor, limit: PAGE };
    const { items, next } = await listSamples(evaluation, query, { store, lists });
    for (const sample of items) {
      yield encoder.encode(`${JSON.stringify(sample)}\n`);
      onSample();
    }
    if (next === null) return;
    cursor = next;
  }
}

async function isOver(store: ObjectStore, evaluation: string): Promise<boolean> {
  const round = await latestRound(evaluation, new CachedLists(store, { now: Date.now }));
  const ref = { evaluation, round };
  return Boolean((await find(store, record.summary(ref))) ?? (await find(store, record.refused(ref))));
}
