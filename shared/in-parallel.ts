/**
 * Works on things, so many at a time; the first failure ends the others.
 *
 * @param work - its signal is aborted when the outcome no longer counts
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
    for (const [i, thing] of waiting) results[i] = await work(thing, either);
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
