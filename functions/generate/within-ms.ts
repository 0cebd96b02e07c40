import { setTimeout as sleep } from 'node:timers/promises';

/** The longest that a timer counts. */
const LONGEST_MS = 2 ** 31 - 1;

/** What work comes to, or nothing where it takes longer: it then goes on, and nobody looks at its end. */
export async function withinMs<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  if (ms > LONGEST_MS) return work;
  const waiting = new AbortController();
  const late = sleep(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
    work.catch(() => {});
  }
}
