import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalJson } from '../encoding/canonical-json.ts';
import { KnownError, messageOf } from '../errors.ts';
import { itemName } from '../items.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { Completion, type Item, OpenCompletion, PartHeader, Unanswered } from '../records/evaluations.ts';
import { keys } from './keys.ts';

export interface Part {
  readonly header: PartHeader;
  readonly completions: readonly Completion[];
  /** Items of which no completion can be made. */
  readonly unanswered: readonly Unanswered[];
  /** Items whose completions have no end yet. */
  readonly open: readonly OpenCompletion[];
}

/** A part as stored: gzip JSON lines, the header first. */
export function encodePart({ header, completions, unanswered, open }: Part): Uint8Array {
  const lines = [header, ...completions, ...unanswered, ...open];
  return gzipSync(lines.map((line) => `${canonicalJson(line)}\n`).join(''));
}

/** All parts of a shard, in order. @throws {KnownError} `part-invalid` */
export async function readParts(
  store: ObjectStore,
  generation: string,
  shard: number,
): Promise<readonly Part[]> {
  const found = await store.list(keys.prefix.parts(generation, shard));
  return Promise.all(found.map((key) => readPart(store, key)));
}

/** The part at a key that was listed. @throws {KnownError} `part-invalid` */
export async function readPart(store: ObjectStore, key: string): Promise<Part> {
  return decodePart(key, (await store.get(key)) as Uint8Array); // parts are never deleted
}

/** Which of a shard's items no part holds yet. */
export function missingItems(items: readonly Item[], parts: readonly Part[]): readonly Item[] {
  const present = new Set(
    parts.flatMap(({ completions, unanswered }) => [...completions, ...unanswered].map(itemName)),
  );
  return items.filter((item) => !present.has(itemName(item)));
}

/** How far each completion that has no end has come, by the name of its item: what the last part says that has it. */
export function openCompletions(parts: readonly Part[]): ReadonlyMap<string, OpenCompletion> {
  return new Map(parts.flatMap(({ open }) => open.map((each) => [itemName(each), each] as const)));
}

function decodePart(key: string, body: Uint8Array): Part {
  try {
    const text = new TextDecoder().decode(gunzipSync(body, { rejectGarbageAfterEnd: true }));
    const [header, ...lines] = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const has = (mark: string) => (line: object) => mark in line;
    const completions = lines.filter((line) => !has('reason')(line) && !has('begun')(line));
    const parsed = PartHeader.parse(header);
    if (keys.part(parsed.generation, parsed.shard, parsed.part) !== key)
      throw new Error('It is a part of something else.');
    return {
      header: parsed,
      completions: completions.map((line) => Completion.parse(line)),
      unanswered: lines.filter(has('reason')).map((line) => Unanswered.parse(line)),
      open: lines.filter(has('begun')).map((line) => OpenCompletion.parse(line)),
    };
  } catch (cause) {
    const message = `The stored completions ${key} cannot be read: ${messageOf(cause)} Delete this generation.`;
    throw new KnownError('part-invalid', message, { cause });
  }
}
