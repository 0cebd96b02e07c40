import { eachItem } from '#functions/client/create-client.ts';

/** Items of a page at most, as the API gives them. */
const PAGE = 100;

/** What a page is asked for by. */
interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The first items of a list, of as many pages as that takes. */
export async function newest<Item>(
  list: (paging: Paging) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
  limit: number,
): Promise<readonly Item[]> {
  const taken: Item[] = [];
  for await (const item of eachItem(list, { limit: Math.min(PAGE, limit) })) {
    taken.push(item);
    if (taken.length === limit) break;
  }
  return taken;
}
