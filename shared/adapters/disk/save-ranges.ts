import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inParallel } from '../../in-parallel.ts';
import type { ByteRange } from '../../ports/object-store.ts';
import { explainDiskError, removeLeftover } from './explain-disk-error.ts';
import { assertRoom } from './free-space.ts';

/** A range is asked for by itself: large beside a request's own time, small enough that the last ones end together. */
export const RANGE_BYTES = 8 << 20;
/** S3 gives some 90 MB/s to a connection. */
const LANES = 8;

export interface RangesToSave {
  readonly sizeBytes: number;
  /** The bytes of a range, in pieces. */
  readonly stream: (range: ByteRange) => AsyncIterable<Uint8Array>;
}

/**
 * Writes a body whose ranges come side by side to a file that is there whole or not at all; each piece goes to its place at
 * once, so that few bytes are in memory.
 *
 * @throws {KnownError} `disk-full`, before anything is asked for where the system tells, and as the disk or a stream says
 */
export async function saveRanges({ sizeBytes, stream }: RangesToSave, path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const advice = 'give this worker a larger disk';
  await assertRoom({ folder: dirname(path), needBytes: sizeBytes, what: path, advice });
  try {
    await writeRanges(draft, sizeBytes, stream);
    await rename(draft, path);
  } catch (error) {
    throw explainDiskError(error, path);
  } finally {
    await removeLeftover(draft);
  }
}

async function writeRanges(draft: string, sizeBytes: number, stream: RangesToSave['stream']): Promise<void> {
  await using file = await open(draft, 'wx');
  await file.truncate(sizeBytes);
  const starts = Array.from({ length: Math.ceil(sizeBytes / RANGE_BYTES) }, (_, i) => i * RANGE_BYTES);
  await inParallel(starts, LANES, async (start, signal) => {
    const end = Math.min(start + RANGE_BYTES, sizeBytes);
    let position = start;
    for await (const piece of stream({ start, end })) {
      signal.throwIfAborted();
      if (position + piece.length > end) throw new Error(`a range ending at byte ${end} has more bytes`);
      await writeAt(file, piece, position);
      position += piece.length;
    }
    if (position < end) throw new Error(`a range ended at byte ${position}, before ${end}`);
  });
  await file.sync();
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}
