import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillFolder } from '#cli/models/fill-folder.ts';
import { importGguf } from '#cli/models/import-gguf.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { checkWeights } from '#shared/inference/check-weights.ts';
import { loadDecoder } from '#shared/inference/decoder.ts';
import { readEndTokens, readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { fp32OfBf16, fp32OfFp16 } from '#shared/inference/number-formats.ts';
import { tensorPieces } from '#shared/inference/tensor-pieces.ts';
import { loadTokenizer } from '#shared/inference/tokenizer.ts';
import encodings from '../../golden/inference/gguf/encodings.json' with { type: 'json' };
import { tinyGguf } from '../../shared/inference/gguf/tiny-gguf.ts';
import { type Content, writeGguf } from '../../shared/inference/gguf/write-gguf.ts';

const golden = new URL('../../golden/inference/gguf', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newFolder = () => mkdtemp(join(folder, 'model-'));

async function imported(path: string): Promise<string> {
  const to = await newFolder();
  await importGguf(path, to, () => {});
  return to;
}

async function importedFrom(content: Content): Promise<string> {
  const path = join(await newFolder(), 'model.gguf');
  await writeFile(path, writeGguf(content).bytes);
  return imported(path);
}

/** Elements of a tensor as fp32. */
async function elements(directory: string, name: string): Promise<Float32Array> {
  const weight = (await locateWeights(directory)).get(name);
  if (!weight) throw new Error(`there is no ${name}`);
  const pieces: Uint8Array[] = [];
  for await (const piece of tensorPieces(directory, weight)) pieces.push(piece);
  const { buffer } = Uint8Array.from(Buffer.concat(pieces));
  if (weight.dtype === 'F32') return new Float32Array(buffer);
  const widen = weight.dtype === 'BF16' ? fp32OfBf16 : fp32OfFp16;
  return new Float32Array(widen(new Uint16Array(buffer)).buffer);
}

describe("what llama.cpp's converter made of a model", () => {
  it.each([
    ['llama', 'llama-bpe', 'F32'],
    ['llama-biased', 'smollm', 'F32'],
    ['qwen2', 'qwen2', 'BF16'],
    ['qwen3', 'qwen2', 'F16'],
  ] as const)('is the model again: %s', async (name, pre, dtype) => {
    const record: {
      readonly tensors: Record<string, [number[], string]>;
      readonly tokens: number[];
      readonly logits: number[];
    } = JSON.parse(await readFile(join(golden, `${name}.json`), 'utf8'));
    const directory = await imported(join(golden, `${name}.gguf`));
    const weights = await locateWeights(directory);
    await checkWeights(directory, await readModelConfig(directory), weights);
    expect([...weights.keys()].sort()).toEqual(Object.keys(record.tensors));
    for (const [tensor, [shape, sha256]] of Object.entries(record.tensors)) {
      expect(weights.get(tensor)?.shape).toEqual(shape);
      const { buffer } = await elements(directory, tensor);
      expect([tensor, sha256Hex(new Uint8Array(buffer as ArrayBuffer))]).toEqual([tensor, sha256]);
    }
    expect(weights.get('model.embed_tokens.weight')?.dtype).toBe(dtype);

    const decoder = await loadDecoder(directory, { threads: 1 });
    const { logits } = await decoder.prefill([record.tokens]);
    for (const [i, logit] of record.logits.entries())
      expect(Math.abs((logits[i] as number) - logit)).toBeLessThan(2e-5);
    await decoder.release();

    const tokenizer = await loadTokenizer(directory);
    const encoded = encodings.texts.map((text) => tokenizer.encode(text, { addSpecialTokens: false }));
    expect(encoded).toEqual(encodings.tokens[pre]);
    expect(tokenizer.encode('a', { addSpecialTokens: true })[0] === 0).toBe(pre === 'llama-bpe');
    expect(await readEndTokens(directory)).toEqual([2]);
    const chat = await loadChatTemplate(directory);
    expect(chat([{ role: 'user', content: '1 + 1' }])).toBe(
      '<|im_start|>user\n1 + 1<|im_end|>\n<|im_start|>assistant',
    );
  });
});

describe('a GGUF file that is no model we know', () => {
  const F32 = 0;
  const F16 = 1;
  const Q8_0 = 8;
  const tensor = (type: number, shape: readonly number[], bytes: number) => ({
    type,
    shape,
    data: new Uint8Array(bytes),
  });

  it.each<[string, string, Content]>([
    [
      'gguf-unsupported',
      '"gemma" as its general.architecture',
      tinyGguf({ 'general.architecture': 'gemma' }),
    ],
    ['gguf-unsupported', 'no general.architecture', tinyGguf({ 'general.architecture': undefined })],
    [
      'gguf-unsupported',
      '"yarn" as its llama.rope.scaling.type',
      tinyGguf({ 'llama.rope.scaling.type': 'yarn' }),
    ],
    ['gguf-unsupported', 'no llama.block_count', tinyGguf({ 'llama.block_count': undefined })],
    ['gguf-unsupported', '"8" as its llama.expert_count', tinyGguf({ 'llama.expert_count': 8 })],
    ['gguf-unsupported', 'the field llama.logit_scale', tinyGguf({ 'llama.logit_scale': { float: 2 } })],
    ['gguf-unsupported', 'llama.rope.dimension_count 2', tinyGguf({ 'llama.rope.dimension_count': 2 })],
    [
      'gguf-unsupported',
      'a list" as its llama.attention.head_count',
      tinyGguf({ 'llama.attention.head_count': [2] }),
    ],
    ['gguf-unsupported', '"3" as its split.count', tinyGguf({ 'split.count': 3 })],
    [
      'gguf-unsupported',
      '"1" as its general.quantization_version',
      tinyGguf({ 'general.quantization_version': 1 }),
    ],
    [
      'gguf-unsupported',
      '"llama" as its tokenizer.ggml.model',
      tinyGguf({ 'tokenizer.ggml.model': 'llama' }),
    ],
    ['gguf-unsupported', '"tekken" as its tokenizer.ggml.pre', tinyGguf({ 'tokenizer.ggml.pre': 'tekken' })],
    ['gguf-unsupported', 'no tokenizer.ggml.pre', tinyGguf({ 'tokenizer.ggml.pre': undefined })],
    ['gguf-unsupported', '"a c" (1)', tinyGguf({ 'tokenizer.ggml.merges': ['a b', 'a c'] })],
    ['gguf-unsupported', '"ab" (0)', tinyGguf({ 'tokenizer.ggml.merges': ['ab'] })],
    [
      'gguf-unsupported',
      '"a" twice (0 and 1)',
      tinyGguf({ 'tokenizer.ggml.tokens': ['a', 'a', 'b', 'c', 'd', 'e'] }),
    ],
    [
      'gguf-unsupported',
      '2 entries of tokenizer.ggml.token_type',
      tinyGguf({ 'tokenizer.ggml.token_type': [1, 1] }),
    ],
    ['gguf-unsupported', 'tokenizer.ggml.eos_token_id 6', tinyGguf({ 'tokenizer.ggml.eos_token_id': 6 })],
    [
      'gguf-unsupported',
      'the tensor blk.1.attn_q.weight',
      tinyGguf({}, { 'blk.1.attn_q.weight': tensor(F32, [8, 8], 256) }),
    ],
    [
      'gguf-unsupported',
      'a bias, in Q8_0',
      tinyGguf(
        { 'llama.embedding_length': 32, 'llama.rope.dimension_count': 16 },
        {
          'token_embd.weight': tensor(F32, [6, 32], 768),
          'output_norm.weight': tensor(F32, [32], 128),
          'blk.0.attn_norm.weight': tensor(F32, [32], 128),
          'blk.0.attn_q.weight': tensor(F32, [32, 32], 4096),
          'blk.0.attn_q.bias': tensor(Q8_0, [32], 34),
        },
      ),
    ],
    ['gguf-unsupported', 'not those of Llama 3', tinyGguf({}, { 'rope_freqs.weight': tensor(F32, [2], 8) })],
    [
      'gguf-unsupported',
      'rope_freqs.weight in F16',
      tinyGguf({}, { 'rope_freqs.weight': tensor(F16, [2], 4) }),
    ],
    [
      'gguf-invalid',
      'lacks the tensor blk.0.ffn_up.weight',
      tinyGguf({}, { 'blk.0.ffn_up.weight': undefined }),
    ],
    ['gguf-invalid', 'lacks the tensor token_embd.weight', tinyGguf({}, { 'token_embd.weight': undefined })],
    [
      'gguf-invalid',
      'blk.0.ffn_up.weight is [12, 7]',
      tinyGguf({}, { 'blk.0.ffn_up.weight': tensor(F32, [12, 7], 336) }),
    ],
    ['tokenizer-unfit', 'vocabulary of 5', tinyGguf({}, { 'token_embd.weight': tensor(F32, [5, 8], 160) })],
    [
      'weight-nonfinite',
      'element 3 of [8]',
      tinyGguf(
        {},
        {
          'output_norm.weight': {
            ...tensor(F32, [8], 32),
            data: new Uint8Array(Float32Array.of(1, 1, 1, Number.NaN, 1, 1, 1, 1).buffer),
          },
        },
      ),
    ],
  ])('is refused: %s, %s', async (code, says, content) => {
    await expect(importedFrom(content)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
    });
  });

  it('leaves no folder, wherever the file was cut', async () => {
    const { bytes, dataEnd } = writeGguf(tinyGguf());
    const parent = await newFolder();
    const [path, out] = [join(parent, 'model.gguf'), join(parent, 'out')];
    const cut = fc.asyncProperty(fc.integer({ min: 0, max: dataEnd - 1 }), async (length) => {
      await writeFile(path, bytes.subarray(0, length));
      const outcome = fillFolder(out, (draft) => importGguf(path, draft, () => {}));
      await expect(outcome).rejects.toMatchObject({ code: 'gguf-invalid' });
      expect(await readdir(parent)).toEqual(['model.gguf']);
    });
    await fc.assert(cut, { numRuns: 150 });
    await writeFile(path, bytes);
    await fillFolder(out, (draft) => importGguf(path, draft, () => {}));
    expect((await readdir(out)).sort()).toEqual([
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });
});
