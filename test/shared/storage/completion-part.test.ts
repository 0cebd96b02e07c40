import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { itemName } from '#shared/items.ts';
import { Completion, OpenCompletion, Unanswered } from '#shared/records/evaluations.ts';
import {
  encodePart,
  missingItems,
  openCompletions,
  readPart,
  readParts,
} from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';

const generation = 'g'.repeat(26);
const header = { schemaVersion: 1, generation, shard: 0, part: 0, policy: 'verified' } as const;
const completions = [
  Completion.parse({ problem: 'sums/1', sample: 0, text: 'It is \\boxed{é}.', tokens: 6, finish: 'stop' }),
];
const unanswered = [Unanswered.parse({ problem: 'sums/2', sample: 0, reason: 'prompt-too-long' })];
const open = [
  OpenCompletion.parse({ problem: 'sums/3', sample: 1, begun: [5, 0, 7], cache: 'c'.repeat(64) }),
];
const whole = encodePart({ header, completions, unanswered, open });

let folder: string;
let store: FolderStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-part-'));
  store = new FolderStore(folder);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a stored part', () => {
  it('is read as it was written', async () => {
    await store.putOnce(keys.part(generation, 0, 0), whole);
    expect(await readParts(store, generation, 0)).toEqual([{ header, completions, unanswered, open }]);
    const items = [...completions, ...unanswered, { ...(unanswered[0] as Unanswered), sample: 1 }];
    expect(missingItems(items, await readParts(store, generation, 0))).toEqual(items.slice(2));
  });

  it.each([
    ['cut short', whole.subarray(0, whole.length - 9)],
    ['followed by zeros', Buffer.concat([whole, new Uint8Array(8)])],
    ['followed by text', Buffer.concat([whole, Buffer.from('more')])],
    ['no gzip', Buffer.from('{}')],
    ['empty', new Uint8Array()],
  ])('is refused when it is %s', async (_, damaged) => {
    await store.putOnce(keys.part(generation, 0, 0), damaged);
    await expect(readParts(store, generation, 0)).rejects.toMatchObject({ code: 'part-invalid' });
  });
});

describe('a part at the place of another', () => {
  it.each([
    ['generation', keys.part('h'.repeat(26), 0, 0)],
    ['shard', keys.part(generation, 1, 0)],
    ['turn', keys.part(generation, 0, 1)],
  ])('is refused: of another %s', async (_, key) => {
    await store.putOnce(key, whole);
    await expect(readPart(store, key)).rejects.toMatchObject({ code: 'part-invalid' });
  });
});

it('what the last part says of an open completion counts', async () => {
  const [first] = open as [OpenCompletion];
  await store.putOnce(keys.part(generation, 0, 0), whole);
  const later = { ...first, begun: [...first.begun, 9] };
  const next = { header: { ...header, part: 1 }, completions: [], unanswered: [], open: [later] };
  await store.putOnce(keys.part(generation, 0, 1), encodePart(next));
  const parts = await readParts(store, generation, 0);
  expect(openCompletions(parts)).toEqual(new Map([[itemName(first), later]]));
  expect(missingItems([first], parts)).toEqual([first]);
});
