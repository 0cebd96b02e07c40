import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelCache } from '#functions/generate/policy/model-cache.ts';
import { modelDigest } from '#shared/adapters/local/model-folder.ts';
import { put } from '#shared/storage/put.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { record } from '#shared/storage/records.ts';
import { ManualClock } from '../../../ports/manual-clock.ts';
import { MemoryStore } from '../../../ports/memory-store.ts';

const SIZE_BYTES = 100;

describe('modelCache', () => {
  let folder: string;
  let store: MemoryStore;
  let clock: ManualClock;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneshot-cache-'));
    store = new MemoryStore();
    clock = new ManualClock();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A stored model of one file. */
  async function makeModel(fill: number): Promise<string> {
    const sha256 = await putBlob(store, new Uint8Array(SIZE_BYTES).fill(fill));
    const files = { 'config.json': { sha256, sizeBytes: SIZE_BYTES } };
    const manifest = { schemaVersion: 1 as const, files };
    await put(store, record.model(modelDigest(manifest)), manifest);
    return modelDigest(manifest);
  }

  const open = (models: number, keepMs = 0) =>
    modelCache({ store, folder, maxBytes: models * SIZE_BYTES, keepMs, clock }).whole;

  it('keeps as many models as fit and drops the one unused for longest', async () => {
    const [a, b, c] = [await makeModel(1), await makeModel(2), await makeModel(3)];
    const fetchModel = open(2);
    for (const model of [a, b, a, c]) {
      await fetchModel(model);
      clock.advance(1);
    }
    expect((await readdir(folder)).sort()).toEqual([a, c].sort());
  });

  it('gives back a folder that holds the model, wherever it came from', async () => {
    const model = await makeModel(1);
    const path = await open(1)(model);
    expect(await readdir(path)).toEqual(['config.json']);
    await writeFile(join(path, 'config.json'), 'damaged');
    expect(await open(1)(model)).toBe(path); // checked and fetched again
    expect(await readdir(folder)).toEqual([model]);
  });

  it('leaves alone what another worker asked for a moment ago', async () => {
    const [a, b] = [await makeModel(1), await makeModel(2)];
    await open(1, 5000)(a);
    clock.advance(1);
    await open(1, 5000)(b);
    expect(await readdir(folder)).toHaveLength(2);
    clock.advance(10);
    await open(1, 5000)(b);
    expect(await readdir(folder)).toEqual([b]);
  });

  it('removes what killed processes left behind', async () => {
    const draft = await mkdtemp(join(folder, '.draft-'));
    await writeFile(join(draft, 'model.safetensors'), new Uint8Array(SIZE_BYTES));
    clock.advance(Date.now() / 1000 + 3600); // drafts carry the time of the machine
    const model = await makeModel(1);
    await open(1)(model);
    expect(await readdir(folder)).toEqual([model]);
  });

  it('refuses a model that can never fit', async () => {
    await expect(open(0.5)(await makeModel(1))).rejects.toMatchObject({ code: 'model-too-large' });
  });

  it('knows no model that was never stored', async () => {
    await expect(open(1)('a'.repeat(26))).rejects.toMatchObject({ code: 'model-missing' });
  });
});
