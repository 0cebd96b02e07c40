import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '#shared/ports/object-store.ts';

/**
 * What every object store does.
 *
 * @param makeStore - a new store without objects
 */
export function objectStoreContract(name: string, makeStore: () => Promise<ObjectStore>): void {
  describe(`${name}, as any object store,`, () => {
    let store: ObjectStore;
    let folder: string;

    beforeEach(async () => {
      store = await makeStore();
      folder = await mkdtemp(join(tmpdir(), 'object-store-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('creates an object once and keeps its first body', async () => {
      expect(await store.putOnce('runs/a/run.json', bytes('first'))).toBe('created');
      expect(await store.putOnce('runs/a/run.json', bytes('second'))).toBe('exists');
      expect(await text(store, 'runs/a/run.json')).toBe('first');
    });

    it('has nothing under a key that was never put', async () => {
      await store.putOnce('runs/a/run.json', bytes('x'));
      expect(await store.get('runs/b')).toBeUndefined();
      expect(await store.get('runs/a')).toBeUndefined();
      expect(await store.get('runs/a', { start: 0, end: 0 })).toBeUndefined();
      expect(await store.get('runs/a/run.json/more')).toBeUndefined();
    });

    it('lets exactly one of many simultaneous puts create the object', async () => {
      const bodies = Array.from({ length: 16 }, (_, i) => new Uint8Array(100_000).fill(i));
      const answers = await Promise.all(bodies.map((body) => store.putOnce('a/b/c', body)));
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
      expect(await store.get('a/b/c')).toEqual(bodies[answers.indexOf('created')]);
    });

    it('keeps its own copy of a body', async () => {
      const body = bytes('abc');
      await store.putOnce('a', body);
      body.fill(0);
      (await store.get('a'))?.fill(0);
      expect(await text(store, 'a')).toBe('abc');
    });

    it('holds empty bodies', async () => {
      expect(await store.putOnce('empty', new Uint8Array())).toBe('created');
      expect(await store.get('empty')).toEqual(new Uint8Array());
      expect(await store.get('empty', { start: 0, end: 5 })).toEqual(new Uint8Array());
      expect(await collect(store.stream('empty'))).toEqual(new Uint8Array());
    });

    it('gives the bytes of a range, as far as the body has them', async () => {
      await store.putOnce('a', bytes('0123456789'));
      const range = async (start: number, end: number) =>
        new TextDecoder().decode(await store.get('a', { start, end }));
      expect(await range(2, 5)).toBe('234');
      expect(await range(0, 10)).toBe('0123456789');
      expect(await range(8, 99)).toBe('89');
      expect(await range(5, 5)).toBe('');
      expect(await range(10, 20)).toBe('');
      expect(await range(50, 60)).toBe('');
    });

    it('stores, streams and writes files of more megabytes than come at once', async () => {
      const body = new Uint8Array(20_000_001);
      for (let i = 0; i < body.length; i++) body[i] = (i * 2_654_435_761) >>> 13;
      const source = join(folder, 'source');
      const copy = join(folder, 'copy');
      await writeFile(source, body);
      await writeFile(copy, 'what was there before');
      expect(await store.putFile('blobs/large', source)).toBe('created');
      await store.getFile('blobs/large', copy);
      expect(Buffer.compare(await readFile(source), body)).toBe(0);
      expect(Buffer.compare(await readFile(copy), body)).toBe(0);
      expect(Buffer.compare(await collect(store.stream('blobs/large')), body)).toBe(0);
      expect(await readdir(folder)).toEqual(['copy', 'source']);
    });

    it('knows the size of each object below a prefix, and when it was stored', async () => {
      const before = Date.now();
      for (const key of ['blobs/b', 'blobs/a', 'blobs-else', 'runs/r/run.json'])
        await store.putOnce(key, bytes(key));
      const facts = await store.describe('blobs/');
      expect(facts.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([
        ['blobs/a', 7],
        ['blobs/b', 7],
      ]);
      // Clocks of hosts differ, and S3 counts seconds.
      for (const { storedAtMs } of facts) expect(Math.abs(storedAtMs - before)).toBeLessThan(60_000);
      expect(await store.describe('nothing/')).toEqual([]);
    });

    it('creates an object from a file once', async () => {
      await writeFile(join(folder, 'file'), 'from a file');
      await store.putOnce('a', bytes('from memory'));
      expect(await store.putFile('a', join(folder, 'file'))).toBe('exists');
      expect(await text(store, 'a')).toBe('from memory');
    });

    it('has the body of a final file when that file is gone', async () => {
      const source = join(folder, 'file');
      await writeFile(source, 'from a file');
      expect(await store.putFile('a', source, { final: true })).toBe('created');
      expect(await store.putFile('a', source, { final: true })).toBe('exists');
      expect(await text(store, 'a')).toBe('from a file');
      await rm(source);
      expect(await text(store, 'a')).toBe('from a file');
    });

    it.each([false, true])('creates nothing from a file that is not there (final: %s)', async (final) => {
      await expect(store.putFile('a', join(folder, 'missing'), { final })).rejects.toThrow();
      expect(await store.get('a')).toBeUndefined();
      expect(await store.list('')).toEqual([]);
    });

    it('says that an object is missing where its body is needed, and leaves local files alone', async () => {
      await writeFile(join(folder, 'file'), 'kept');
      await store.putOnce('folder/object', bytes('x'));
      for (const key of ['missing', 'folder']) {
        await expect(collect(store.stream(key))).rejects.toMatchObject({ code: 'object-missing' });
        await expect(store.getFile(key, join(folder, 'file'))).rejects.toMatchObject({
          code: 'object-missing',
        });
      }
      expect(await readFile(join(folder, 'file'), 'utf8')).toBe('kept');
      expect(await readdir(folder)).toEqual(['file']);
    });

    it('lists keys in the order of their bytes, by prefix, page by page, folded at a delimiter', async () => {
      let run = 0;
      const property = fc.asyncProperty(keySets, queries, async (keys, { cut, after, limit, folded }) => {
        const root = `list/${run++}/`;
        const all = keys.map((key) => root + key);
        for (const key of all) await store.putOnce(key, bytes(key));
        const prefix = root + (keys[0] ?? '').slice(0, cut);
        const delimiter = folded ? { delimiter: '/' } : {};
        const expected = listed(all, prefix, folded);
        expect(await store.list(prefix, delimiter)).toEqual(expected);
        const startAfter = root + after;
        const later = expected.filter((entry) => compare(entry, startAfter) > 0);
        expect(await store.list(prefix, { ...delimiter, startAfter })).toEqual(later);
        const pages: string[] = [];
        for (let page: readonly string[] | undefined; page?.length !== 0; pages.push(...page)) {
          const last = pages.at(-1);
          page = await store.list(prefix, { ...delimiter, limit, ...(last ? { startAfter: last } : {}) });
          expect(page.length).toBeLessThanOrEqual(limit);
        }
        expect(pages).toEqual(expected);
      });
      await fc.assert(property, { numRuns: 40 });
    });

    it('lists nothing under prefixes that no key can have', async () => {
      await store.putOnce('a/b', bytes('x'));
      for (const prefix of ['/', '../', 'a//', './', 'a/../a/', 'b', 'a/b/', 'A']) {
        expect(await store.list(prefix)).toEqual([]);
      }
    });

    it('forgets what is deleted under pending/ and state/, and lets it be put again', async () => {
      for (const key of ['pending/evaluations/a/00', 'state/run/b']) {
        await store.putOnce(key, bytes('first'));
        await store.delete(key);
        expect(await store.get(key)).toBeUndefined();
        expect(await store.list('')).not.toContain(key);
        expect(await store.putOnce(key, bytes('second'))).toBe('created');
        expect(await text(store, key)).toBe('second');
      }
    });

    it('deletes an object once, and nothing else with it', async () => {
      await store.putOnce('pending/a/b', bytes('x'));
      for (const key of ['pending/a', 'pending/a/b/c', 'pending/c', 'pending/c/d']) await store.delete(key);
      expect(await store.list('')).toEqual(['pending/a/b']);
      await store.delete('pending/a/b');
      await store.delete('pending/a/b');
      expect(await store.list('')).toEqual([]);
    });

    it('may hold a key whose deleted keys lay below it', async () => {
      await store.putOnce('pending/a/b/c', bytes('x'));
      await store.delete('pending/a/b/c');
      expect(await store.putOnce('pending/a', bytes('x'))).toBe('created');
    });

    it('refuses to delete anything else', async () => {
      for (const key of ['blobs/a', 'pending', 'statement/a', 'runs/pending/a']) {
        await store.putOnce(key, bytes('kept'));
        await expect(store.delete(key)).rejects.toMatchObject({ code: 'delete-forbidden' });
        expect(await text(store, key)).toBe('kept');
      }
    });

    it('creates objects while their neighbours are deleted', async () => {
      const lanes = Array.from({ length: 8 }, async (_, lane) => {
        for (let i = 0; i < 30; i++) {
          const key = `pending/a/b/${lane}-${i}`;
          expect(await store.putOnce(key, bytes(key))).toBe('created');
          await store.delete(key);
        }
      });
      await Promise.all(lanes);
      expect(await store.list('')).toEqual([]);
    });

    it.each(Object.entries(BAD_KEYS))('refuses a key with %s', async (_, key) => {
      await writeFile(join(folder, 'file'), 'x');
      const refused = { code: 'key-invalid' };
      await expect(store.putOnce(key, bytes('x'))).rejects.toMatchObject(refused);
      await expect(store.putFile(key, join(folder, 'file'))).rejects.toMatchObject(refused);
      await expect(store.get(key)).rejects.toMatchObject(refused);
      await expect(collect(store.stream(key))).rejects.toMatchObject(refused);
      await expect(store.getFile(key, join(folder, 'copy'))).rejects.toMatchObject(refused);
      await expect(store.delete(`pending/${key}`)).rejects.toMatchObject(refused);
      expect(await store.list('')).toEqual([]);
    });
  });
}

const BAD_KEYS = {
  nothing: '',
  'a slash alone': '/',
  'a slash before it': '/a',
  'a slash after it': 'a/',
  'an empty segment': 'a//b',
  'a dot': '.',
  'two dots': '..',
  'two dots before it': '../a',
  'two dots in it': 'a/../b',
  'a dot after it': 'a/.',
  'a hidden folder': '.hidden/a',
  'a backslash': 'a\\b',
  'a zero': 'a\0',
  'a new line': 'a\nb',
  'a control character': 'a\u007f',
  'half a surrogate pair': '\ud800',
  'a segment that is too long': 'x'.repeat(201),
  'a segment that is too long in bytes': 'é'.repeat(101),
  'too many segments': Array(500).fill('a').join('/'),
};

/** Segments whose order is easily got wrong: around the slash, in case, and beyond the basic plane. */
const segments = fc.constantFrom('a', 'a-', 'a0', 'a b', 'ab', 'b', 'A', '~', 'é', '\uffee', '😀', '!');
const keySets = fc
  .uniqueArray(
    fc.array(segments, { minLength: 1, maxLength: 3 }).map((path) => path.join('/')),
    { minLength: 1, maxLength: 12 },
  )
  // No key is the folder of another: some stores cannot hold both.
  .map((keys) => keys.filter((key) => !keys.some((other) => other.startsWith(`${key}/`))));
const queries = fc.record({
  cut: fc.nat({ max: 6 }),
  after: fc.oneof(
    fc.array(segments, { maxLength: 3 }).map((path) => path.join('/')),
    segments.map((segment) => `${segment}/`),
  ),
  limit: fc.integer({ min: 1, max: 4 }),
  folded: fc.boolean(),
});

/** What a list is to be, told plainly. */
function listed(keys: readonly string[], prefix: string, folded: boolean): string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const [first, ...rest] = key.slice(prefix.length).split('/');
      return folded && rest.length > 0 ? `${prefix}${first}/` : key;
    });
  return [...new Set(entries)].sort(compare);
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

async function text(store: ObjectStore, key: string): Promise<string> {
  return new TextDecoder().decode(await store.get(key));
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}
