import type { CallOptions } from './call.ts';

/** A page of a list. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A method of a client that answers with pages. */
type List = (input: never, options?: CallOptions) => Promise<Page<unknown>>;
type ItemOf<Of extends List> = Awaited<ReturnType<Of>>['items'][number];

/**
 * Everything that a list holds, page by page as it is asked for:
 * `for await (const sample of eachItem(client.listSamples, { evaluation }))`.
 *
 * @param input - what the method takes; `limit` is the size of a page
 */
export async function* eachItem<Of extends List>(
  list: Of,
  input: NonNullable<Parameters<Of>[0]>,
  options?: CallOptions,
): AsyncGenerator<ItemOf<Of>, void, void> {
  // The same method, which takes a cursor as all lists do.
  const read = list as unknown as (input: object, options?: CallOptions) => Promise<Page<ItemOf<Of>>>;
  for (let cursor = (input as { readonly cursor?: string }).cursor; ; ) {
    const { items, next } = await read({ ...(input as object), cursor }, options);
    yield* items;
    if (next === null) return;
    cursor = next;
  }
}
