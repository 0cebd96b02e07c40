import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RANGE_BYTES, saveRanges } from '#shared/adapters/disk/save-ranges.ts';
import type { ByteRange } from '#shared/ports/object-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-ranges-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sizeBytes = 2 * RANGE_BYTES + 5;
const body = new Uint8Array(sizeBytes).map((_, i) => i % 251);

/** Saves a body of which each range has so many bytes more than it should. */
const save = (more: number) =>
  saveRanges(
    {
      sizeBytes,
      async *stream({ start, end }: ByteRange) {
        const bytes = new Uint8Array(end - start + more);
        bytes.set(body.subarray(start, Math.min(end, end + more)));
        yield bytes.subarray(0, 3);
        yield bytes.subarray(3);
      },
    },
    join(folder, 'file'),
  );

it('puts each range where it belongs', async () => {
  await save(0);
  expect(Buffer.compare(await readFile(join(folder, 'file')), body)).toBe(0);
});

it.each([-1, 1])(
  'leaves nothing of a body whose ranges have %i bytes more than they should',
  async (more) => {
    await expect(save(more)).rejects.toThrow('a range end');
    expect(await readdir(folder)).toEqual([]);
  },
);
