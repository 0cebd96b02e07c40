import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { storeState } from '#trainer/resume/store-state.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-state-'));
afterAll(() => rm(folder, { recursive: true }));
const path = join(folder, 'optimizer.safetensors');
const body = Buffer.from('moments');
const sha256 = sha256Hex(body);
const key = `state/r/${sha256}`;

class CountingStore extends MemoryStore {
  deletes = 0;
  override async delete(deleted: string): Promise<void> {
    this.deletes += 1;
    await super.delete(deleted);
  }
}

it.each([
  ['absent', undefined, 0],
  ['whole', body, 0],
  ['damaged', Buffer.from('moment'), 1],
])('optimizer state whose object is %s is whole afterwards', async (_, before, deletes) => {
  const store = new CountingStore();
  writeFileSync(path, body);
  if (before) await store.putOnce(key, before);
  await storeState(store, key, sha256, path);
  expect(Buffer.from((await store.get(key)) as Uint8Array)).toEqual(body);
  expect(store.deletes).toBe(deletes);
});
