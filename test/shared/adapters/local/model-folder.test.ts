import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeModel } from '#cli/push/store-model.ts';
import { companionFiles, fetchModelFolder, policyFiles } from '#shared/adapters/local/model-folder.ts';
import { ModelManifest } from '#shared/messages.ts';
import { keys } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { MemoryStore } from '../../../ports/memory-store.ts';

const golden = new URL('../../../golden/inference', import.meta.url).pathname;
const INDEX = 'model.safetensors.index.json';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-model-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function copied(model: string): Promise<string> {
  const directory = await mkdtemp(join(folder, 'model-'));
  await cp(join(golden, model), directory, { recursive: true });
  await writeTokenizer(directory, 43);
  return directory;
}

/** The golden one, cut to so many tokens. */
async function writeTokenizer(directory: string, tokens: number): Promise<void> {
  const definition = JSON.parse(await readFile(join(golden, 'tokenizer/tokenizer.json'), 'utf8'));
  const entries = Object.entries(definition.model.vocab as Record<string, number>);
  const vocab = Object.fromEntries(entries.filter(([, id]) => id < tokens));
  const cut = { ...definition, model: { ...definition.model, vocab, merges: [] } };
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(cut));
}

/** Shards under names of their own, one of them in a folder. */
async function oddlySharded(): Promise<string> {
  const directory = await copied('qwen2-untied-sharded-bf16');
  const index: { weight_map: Record<string, string> } = JSON.parse(
    await readFile(join(directory, INDEX), 'utf8'),
  );
  const odd: Record<string, string> = {
    'model-00001-of-00003.safetensors': 'first part.safetensors',
    'model-00002-of-00003.safetensors': 'rest/second.safetensors',
    'model-00003-of-00003.safetensors': 'last.safetensors',
  };
  await mkdir(join(directory, 'rest'));
  for (const [from, to] of Object.entries(odd)) await rename(join(directory, from), join(directory, to));
  for (const [name, file] of Object.entries(index.weight_map)) index.weight_map[name] = odd[file] as string;
  await writeFile(join(directory, INDEX), JSON.stringify(index));
  return directory;
}

describe('a model folder', () => {
  it('goes into the store and out of it with shards of any name', async () => {
    const store = new MemoryStore();
    const directory = await oddlySharded();
    const digest = await storeModel(store, directory);
    const { files } = await readObject(store, keys.model(digest), ModelManifest);
    expect(Object.keys(files).sort()).toEqual([...(await policyFiles(directory))]);
    expect(Object.keys(files)).toContain('rest/second.safetensors');
    const fetched = await fetchModelFolder(store, digest, join(folder, 'cache'));
    for (const name of Object.keys(files))
      expect(await readFile(join(fetched, name))).toEqual(await readFile(join(directory, name)));
  });

  it('names a shard that it lacks', async () => {
    const directory = await oddlySharded();
    await rm(join(directory, 'rest/second.safetensors'));
    await expect(policyFiles(directory)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('rest/second.safetensors'),
    });
  });

  it('leaves out shards that do not count beside a single file', async () => {
    const directory = await copied('qwen2-tied');
    await writeFile(join(directory, INDEX), '{"weight_map":{"a":"model-00001-of-00001.safetensors"}}');
    await writeFile(join(directory, 'model-00001-of-00001.safetensors'), 'old');
    expect(await policyFiles(directory)).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
    ]);
    expect(await companionFiles(directory)).not.toContain('model.safetensors');
  });

  it('is refused before anything is stored where no program could compute its model', async () => {
    const store = new MemoryStore();
    const directory = await copied('qwen2-tied');
    const path = join(directory, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...config, vocab_size: 99 }));
    await expect(storeModel(store, directory)).rejects.toMatchObject({ code: 'weight-unfit' });
    await writeFile(path, JSON.stringify(config));
    await writeTokenizer(directory, 44);
    await expect(storeModel(store, directory)).rejects.toMatchObject({
      code: 'tokenizer-unfit',
      message: expect.stringContaining('token 43, but config.json a vocabulary of 43'),
    });
    expect(await store.list('')).toEqual([]);
  });
});
