import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ggufTokenizer } from '#shared/inference/gguf/gguf-tokenizer.ts';
import { type GgufValue, readGguf } from '#shared/inference/gguf/read-gguf.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import encodings from '../../../golden/inference/gguf/encodings.json' with { type: 'json' };

const path = new URL('../../../golden/inference/gguf/qwen3.gguf', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-gguf-tokenizer-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The files of the golden model's tokenizer, with other metadata where they are given. */
function filesWith(metadata: Readonly<Record<string, GgufValue>>) {
  const file = readGguf(path);
  const entries = Object.entries(metadata).map(([key, value]) => [`tokenizer.ggml.${key}`, value] as const);
  return ggufTokenizer({ ...file, metadata: new Map([...file.metadata, ...entries]) });
}

async function loaded(metadata: Readonly<Record<string, GgufValue>>) {
  const directory = await mkdtemp(join(folder, 'tokenizer-'));
  const { tokenizer, tokenizerConfig } = filesWith(metadata);
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(directory, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig));
  return loadTokenizer(directory);
}

describe('ggufTokenizer', () => {
  it.each(Object.entries(encodings.tokens))('cuts text as models of %s do', async (pre, tokens) => {
    const tokenizer = await loaded({ pre });
    const encoded = encodings.texts.map((text) => tokenizer.encode(text, { addSpecialTokens: false }));
    expect(encoded).toEqual(tokens);
  });

  it('begins and ends texts with the tokens that the file asks for', async () => {
    const ends = async (metadata: Readonly<Record<string, GgufValue>>) => {
      const ids = (await loaded(metadata)).encode('x', { addSpecialTokens: true });
      return [ids[0] === 0, ids.at(-1) === 2];
    };
    expect(await ends({ add_bos_token: false })).toEqual([false, false]);
    expect(await ends({ add_bos_token: true, add_eos_token: true })).toEqual([true, true]);
    expect(await ends({ pre: 'llama-bpe' })).toEqual([true, false]);
    expect(await ends({ pre: 'llama-bpe', add_bos_token: false })).toEqual([false, false]);
  });

  it('ends completions at every token that the file says ends something', () => {
    expect(filesWith({}).ids['eos_token_id']).toBe(2);
    expect(filesWith({ eot_token_id: 1, eom_token_id: 2 }).ids['eos_token_id']).toEqual([2, 1]);
  });

  it('leaves out what fills up a table of embeddings', async () => {
    const tokenizer = await loaded({});
    expect(tokenizer.tokenId('[PAD335]')).toBeUndefined();
    expect(tokenizer.tokenId('<|im_end|>')).toBe(2);
  });
});
