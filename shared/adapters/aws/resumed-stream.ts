import { messageOf } from '../../errors.ts';
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
      for await (const chunk of failingAsBroken(body)) {
        read += chunk.length;
        failures = 0;
        yield chunk;
      }
      if (read < total) brokenOff(`${read} of ${total} bytes came`);
    } catch (error) {
      if (read !== total) await pauseAfter(error, ++failures, retries);
    }
  } while (read < total);
}

async function* failingAsBroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    brokenOff(error);
  }
}

/**
 * Throws what is tried again: whatever goes wrong once a body has begun to come, a wrong checksum included, is a
 * matter of the connection.
 */
export function brokenOff(cause: unknown): never {
  const error = new Error(`the body broke off: ${messageOf(cause)}`, { cause });
  throw Object.assign(error, { code: 'ECONNRESET' });
}
