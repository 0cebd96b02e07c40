/**
 * Works on things, so many at a time; after the first failure no other is begun, and those at work are waited for.
 *
 * @param work - its signal is aborted when its outcome no longer counts
 * @returns results in the order of the things
 */
export async function inParallel<T, R>(
  things: readonly T[],
  concurrency: number,
  work: (thing: T, signal: AbortSignal) => Promise<R>,
  signal = new AbortController().signal,
): Promise<readonly R[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const results: R[] = [];
  const waiting = things.entries();
  const worker = async () => {
    for (const [i, thing] of waiting) {
      either.throwIfAborted();
      results[i] = await work(thing, either);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, things.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return results;
}
