import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { explainDiskError, removeLeftover } from './explain-disk-error.ts';

/** Writes a stream to a file that is there whole or not at all. @throws {KnownError} as the disk or the stream says */
export async function saveStream(stream: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await pipeline(stream, createWriteStream(draft, { flush: true }));
    await rename(draft, path);
  } catch (error) {
    throw explainDiskError(error, path);
  } finally {
    await removeLeftover(draft);
  }
}
