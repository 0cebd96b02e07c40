import { inParallel } from '#shared/in-parallel.ts';
import { matchCursor, type Paging } from '../http/paging.ts';
import type { ResultsPorts } from './results-ports.ts';

/** Entries of an index that are listed at once, and so counted. */
const MOST_COUNTED = 2000;
/** Entries that one request reads at most while it looks for those that match. */
const MOST_READ = 500;
/** Entries that are read at a time. */
const READERS = 16;

/** An index of the store, newest first, and what is looked for in it. */
export interface IndexSearch<Entry, Item> {
  readonly prefix: string;
  /** Form of a key behind its prefix: the cursor of a page. */
  readonly form: RegExp;
  /** `undefined` of one that was removed after it was listed. */
  readonly readEntry: (key: string) => Promise<Entry | undefined>;
  /** Whether an entry passes the filters that it decides itself; `undefined` where there are none. */
  readonly passes: ((entry: Entry) => boolean) | undefined;
  /** The entry as listed; `undefined` where it does not pass, or what it names is not there any more. */
  readonly toItem: (entry: Entry) => Promise<Item | undefined>;
  /** Whether `toItem` leaves out entries that a filter asks it to: then nothing is counted. */
  readonly narrows: boolean;
}

export interface IndexPage<Item> {
  readonly items: Item[];
  readonly total: number | null;
  readonly next: string | null;
}

/**
 * A page of an index. One that is looked for with a filter may be short, even empty, and still have a next one.
 *
 * @throws {KnownError} `cursor-invalid`
 */
export async function readIndex<Entry, Item>(
  search: IndexSearch<Entry, Item>,
  { cursor, limit }: Paging,
  { lists }: Pick<ResultsPorts, 'lists'>,
): Promise<IndexPage<Item>> {
  const { prefix, form, readEntry, passes, toItem } = search;
  const after = cursor === undefined ? '' : `${prefix}${matchCursor(cursor, form)[0]}`;
  const listed = await lists.list(prefix, { limit: MOST_COUNTED + 1 });
  const isWhole = listed.length <= MOST_COUNTED;
  const known = withoutRepeats(listed, prefix);
  const rest = isWhole
    ? known.filter((key) => key > after)
    : withoutRepeats(await lists.list(prefix, { startAfter: after, limit: MOST_READ + 1 }), prefix);
  const items: Item[] = [];
  let at = 0;
  while (items.length < limit && at < Math.min(rest.length, MOST_READ)) {
    const found = await inParallel(rest.slice(at, at + READERS), READERS, async (key) => {
      const entry = await readEntry(key);
      return entry && (passes === undefined || passes(entry)) ? toItem(entry) : undefined;
    });
    for (const item of found) {
      if (items.length === limit) break;
      if (item !== undefined) items.push(item);
      at++;
    }
  }
  const last = rest[at - 1];
  return {
    items,
    total: isWhole ? await countMatches(known, search) : null,
    next: at < rest.length && last !== undefined ? last.slice(prefix.length) : null,
  };
}

/** What was entered twice counts once, as it was entered first: a key is the time of the entry, a dash, and its name. */
function withoutRepeats(all: readonly string[], prefix: string): readonly string[] {
  const nameOf = (key: string) => key.slice(key.indexOf('-', prefix.length) + 1);
  const first = new Map(all.map((key) => [nameOf(key), key])); // the oldest stands last
  return all.filter((key) => first.get(nameOf(key)) === key);
}

async function countMatches<Entry, Item>(
  all: readonly string[],
  { readEntry, passes, narrows }: IndexSearch<Entry, Item>,
): Promise<number | null> {
  if (narrows) return null;
  if (passes === undefined) return all.length;
  const entries = await inParallel(all, READERS, readEntry);
  return entries.filter((entry) => entry && passes(entry)).length;
}
