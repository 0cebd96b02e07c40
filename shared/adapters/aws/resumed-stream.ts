import { pauseAfter, type RetryPolicy } from './retry-policy.ts';

/** An object from some byte on. */
export interface OpenedBody {
  readonly body: AsyncIterable<Uint8Array>;
  /** From where it was opened to its end. */
  readonly sizeBytes: number;
}

/**
 * The body of an object that never changes: goes on where a broken connection left off.
 *
 * @param openAt - opens the body from that byte on
 */
export async function* resumedStream(
  openAt: (start: number) => Promise<OpenedBody>,
  retries: RetryPolicy,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  let total = Number.POSITIVE_INFINITY;
  let failures = 0;
  do {
    try {
      const { body, sizeBytes } = await openAt(read);
      total = read + sizeBytes;
      for await (const chunk of body) {
        read += chunk.length;
        failures = 0;
        yield chunk;
      }
      if (read < total) throw cutShort(read, total);
    } catch (error) {
      if (read !== total) await pauseAfter(error, ++failures, retries);
    }
  } while (read < total);
}

/** What a connection that broke without saying so amounts to. */
export function cutShort(readBytes: number, sizeBytes: number): Error {
  const error = new Error(`the body ended after ${readBytes} of ${sizeBytes} bytes`);
  return Object.assign(error, { code: 'ECONNRESET' });
}
