/**
 * Maps a stream with up to `limit` items under way at once. Results come in the order of the items, each as soon as
 * it and those before it are there; the source is read no further ahead than `limit` items.
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T>,
  limit: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const items = source[Symbol.asyncIterator]();
  const underWay: { readonly arrival: Promise<Arrival<T, R>> }[] = [];
  let asked = ask<T, R>(items);
  let ended = false;
  try {
    while (!ended || underWay.length > 0) {
      const first = underWay[0]?.arrival;
      const wanted = ended || underWay.length >= limit ? [] : [asked];
      const arrival = await Promise.race([...wanted, ...(first === undefined ? [] : [first])]);
      if (arrival.kind === 'result') {
        underWay.splice(0, 1);
        yield arrival.result;
      } else if (arrival.kind === 'end') {
        ended = true;
      } else {
        underWay.push({ arrival: heard(map(arrival.item).then((result) => ({ kind: 'result', result }))) });
        asked = ask<T, R>(items);
      }
    }
  } finally {
    // Not awaited: a source that waits for its next item would hold back whoever has turned away from it.
    items.return?.().catch(() => {});
  }
}

type Arrival<T, R> =
  | { readonly kind: 'item'; readonly item: T }
  | { readonly kind: 'end' }
  | { readonly kind: 'result'; readonly result: R };

function ask<T, R>(items: AsyncIterator<T>): Promise<Arrival<T, R>> {
  return heard(
    items.next().then(({ done, value }) => (done ? { kind: 'end' } : { kind: 'item', item: value })),
  );
}

/** Whoever awaits the promise hears of its failure; until then it must not end this process. */
function heard<V>(promise: Promise<V>): Promise<V> {
  promise.catch(() => {});
  return promise;
}
