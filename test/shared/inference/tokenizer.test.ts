import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import encodings from '../../golden/inference/tokenizer/encodings.json' with { type: 'json' };

const golden = new URL('../../golden/inference/tokenizer', import.meta.url).pathname;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oneshot-tokenizer-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('loadTokenizer', () => {
  it('encodes and decodes as the Rust library does', async () => {
    const tokenizer = await loadTokenizer(golden);
    for (const { text, tokens, withSpecialTokens, decoded } of encodings) {
      expect(tokenizer.encode(text, { addSpecialTokens: false }), text).toEqual(tokens);
      expect(tokenizer.encode(text, { addSpecialTokens: true }), text).toEqual(withSpecialTokens);
      expect(tokenizer.decode(withSpecialTokens)).toBe(decoded);
    }
  });

  it('cuts numbers beyond ASCII, which the JavaScript library alone does not', async () => {
    const library = new Tokenizer(JSON.parse(await readFile(join(golden, 'tokenizer.json'), 'utf8')), {});
    const [text, tokens] = ['½¼ of ²³ and Ⅷ', encodings.find((entry) => entry.text.startsWith('½¼'))?.tokens];
    const tokenizer = await loadTokenizer(golden);
    expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(tokens);
    expect(library.encode(text, { add_special_tokens: false }).ids).not.toEqual(tokens);
  });

  it('knows special tokens by their text', async () => {
    const tokenizer = await loadTokenizer(golden);
    expect(tokenizer.tokenId('<|im_end|>')).toBe(2);
    expect(tokenizer.tokenId('<|no_such_token|>')).toBeUndefined();
  });

  it('leaves special tokens and ids beyond the vocabulary out of the text', async () => {
    const tokenizer = await loadTokenizer(golden);
    const tokens = tokenizer.encode('a dog', { addSpecialTokens: false });
    expect(tokenizer.decode([1, ...tokens, 99_999, 2])).toBe('a dog');
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.decode([2])).toBe('');
  });

  it('drops words that a vocabulary without an unknown token does not have', async () => {
    await writeFile(
      join(directory, 'tokenizer.json'),
      JSON.stringify({
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: 'WhitespaceSplit' },
        post_processor: null,
        decoder: null,
        model: { type: 'BPE', vocab: { ten: 0, pens: 1 }, merges: [], ignore_merges: true },
      }),
    );
    const tokenizer = await loadTokenizer(directory);
    expect(tokenizer.encode('ten ½ pens', { addSpecialTokens: false })).toEqual([0, 1]);
  });

  it('takes the end tokens from the generation config', async () => {
    expect((await loadTokenizer(golden)).endTokens).toEqual([]);
    await writeFile(join(directory, 'tokenizer.json'), await readFile(join(golden, 'tokenizer.json')));
    await writeFile(join(directory, 'generation_config.json'), '{"eos_token_id":2}');
    expect((await loadTokenizer(directory)).endTokens).toEqual([2]);
  });

  it('takes the end token of the tokenizer where no config names one', async () => {
    const file = await readFile(join(golden, 'tokenizer.json'), 'utf8');
    await writeFile(join(directory, 'tokenizer.json'), file);
    const [{ id, content }] = JSON.parse(file).added_tokens;
    await writeFile(join(directory, 'generation_config.json'), '{}');
    const special = JSON.stringify({ eos_token: { content } });
    await writeFile(join(directory, 'special_tokens_map.json'), special);
    expect((await loadTokenizer(directory)).endTokens).toEqual([id]);
    await writeFile(join(directory, 'generation_config.json'), '{"eos_token_id":[]}');
    await writeFile(join(directory, 'config.json'), '{"eos_token_id":-1}');
    expect((await loadTokenizer(directory)).endTokens).toEqual([id]);
    await writeFile(join(directory, 'tokenizer_config.json'), '{"eos_token":"no such token"}');
    expect((await loadTokenizer(directory)).endTokens).toEqual([]);
    await writeFile(join(directory, 'config.json'), '{"eos_token_id":3}');
    expect((await loadTokenizer(directory)).endTokens).toEqual([3]);
  });

  it('refuses a folder without a tokenizer, and one that it cannot use', async () => {
    await expect(loadTokenizer(join(directory, 'none'))).rejects.toMatchObject({
      code: 'model-file-missing',
    });
    await writeFile(join(directory, 'tokenizer.json'), '{"model":{"type":"Riddle"}}');
    await expect(loadTokenizer(directory)).rejects.toMatchObject({ code: 'tokenizer-unsupported' });
  });
});
