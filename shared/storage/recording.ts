/**
 * Completions that were made elsewhere: a blob of JSON lines and an index of its lines beside it, so that a shard reads its
 * own lines only. A blob that somebody stored without an index is read as a whole.
 */
import { canonicalJson } from '../encoding/canonical-json.ts';
import { readJsonLines } from '../encoding/json-lines.ts';
import { utf8Text } from '../encoding/utf8-text.ts';
import { KnownError } from '../errors.ts';
import { itemName } from '../items.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { Completion, type Item } from '../records/evaluations.ts';
import type { RecordingIndex } from '../records/recordings.ts';
import { keys } from './keys.ts';
import { put } from './put.ts';
import { putBlob } from './put-blob.ts';
import { find } from './read.ts';
import { record } from './records.ts';
import { remembered } from './remembered.ts';

/**
 * Stores completions, the samples of each problem from 0 on beside each other.
 *
 * @returns sha256 of the blob, which names them as a generator
 */
export async function putRecording(store: ObjectStore, completions: readonly Completion[]): Promise<string> {
  const encoder = new TextEncoder();
  const lines = completions.map((completion) => encoder.encode(`${canonicalJson(completion)}\n`));
  const offsets: Record<string, number[]> = {};
  let end = 0;
  for (const [index, { problem, sample }] of completions.entries()) {
    const known = offsets[problem] ?? [end];
    offsets[problem] = known;
    if (known.length !== sample + 1 || known.at(-1) !== end)
      throw new TypeError(`sample ${sample} of ${problem} does not follow the one before it`);
    end += (lines[index] as Uint8Array).length; // one for each
    known.push(end);
  }
  const sha256 = await putBlob(store, Buffer.concat(lines));
  // After the blob: who finds an index finds what it is about.
  await put(store, record.recording(sha256), { offsets });
  return sha256;
}

/**
 * Recorded completions of items, in their order.
 *
 * @param blob - sha256
 * @throws {KnownError} `completions-missing` when the blob, or a completion of it, is not there; `completions-invalid`
 */
export async function readRecording(
  store: ObjectStore,
  blob: string,
  items: readonly Item[],
): Promise<readonly Completion[]> {
  const { key } = record.recording(blob);
  const index = await remembered(store, key, () => find(store, record.recording(blob)));
  const found = index ? await readLines(store, blob, index, items) : await readWhole(store, blob);
  const byItem = new Map(found.map((completion) => [itemName(completion), completion]));
  return items.map((item) => {
    const completion = byItem.get(itemName(item));
    if (completion) return completion;
    throw missing(`The recorded completions ${blob} lack sample ${item.sample} of ${item.problem}.`);
  });
}

/** The lines of these items, read in as few ranges as they lie in. */
async function readLines(
  store: ObjectStore,
  blob: string,
  { offsets }: RecordingIndex,
  items: readonly Item[],
): Promise<readonly Completion[]> {
  const ranges: { start: number; end: number }[] = [];
  for (const { problem, sample } of items) {
    const [start, end] = offsets[problem]?.slice(sample, sample + 2) ?? [];
    if (start === undefined || end === undefined) continue; // told as missing
    const last = ranges.at(-1);
    if (last?.end === start) last.end = end;
    else ranges.push({ start, end });
  }
  const parts = await Promise.all(
    ranges.map(async (range) => {
      const body = await store.get(keys.blob(blob), range);
      return body ? parse(blob, body) : [];
    }),
  );
  return parts.flat();
}

async function readWhole(store: ObjectStore, blob: string): Promise<readonly Completion[]> {
  const body = await store.get(keys.blob(blob));
  if (!body) throw missing(`The store has no recorded completions ${blob}.`);
  return parse(blob, body);
}

function parse(blob: string, body: Uint8Array): readonly Completion[] {
  const code = 'completions-invalid';
  const source = `the recorded completions ${blob}`;
  return readJsonLines(utf8Text(body, { code, source }), (line) => Completion.parse(line), {
    code,
    what: 'completion',
    source,
    advice: 'Push the whole file with `oneshot completions push`, and name what that prints.',
  });
}

function missing(what: string): KnownError {
  return new KnownError(
    'completions-missing',
    `${what} Push a file that holds every sample of every problem with \`oneshot completions push\`.`,
  );
}
