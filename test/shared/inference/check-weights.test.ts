import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkWeights } from '#shared/inference/check-weights.ts';
import { loadDecoder } from '#shared/inference/decoder.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { readSafetensorsHeader, type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';

const golden = new URL('../../golden/inference', import.meta.url).pathname;
const SHARDED = 'qwen2-untied-sharded-bf16';
const EMBEDDING = 'model.embed_tokens.weight';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Tensors = Record<string, TensorData>;

async function tensorsOf(path: string): Promise<Tensors> {
  const bytes = await readFile(path);
  const entries = [...(await readSafetensorsHeader(path))].map(
    ([name, { dtype, shape, offset, sizeBytes }]) =>
      [name, { dtype, shape, data: Uint8Array.from(bytes.subarray(offset, offset + sizeBytes)) }] as const,
  );
  return Object.fromEntries(entries);
}

/** A copy of a golden model in one file, its tensors and config edited. */
async function edited(
  model: string,
  edit: (tensors: Tensors) => void,
  config: Record<string, unknown> = {},
): Promise<string> {
  const directory = await mkdtemp(join(folder, 'model-'));
  const own = JSON.parse(await readFile(join(golden, model, 'config.json'), 'utf8'));
  const tensors = await tensorsOf(join(golden, model, 'model.safetensors'));
  edit(tensors);
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...own, ...config }));
  await writeFile(join(directory, 'model.safetensors'), writeSafetensors(tensors));
  return directory;
}

async function check(directory: string): Promise<void> {
  await checkWeights(directory, await readModelConfig(directory), await locateWeights(directory));
}

function floats(values: readonly number[]): TensorData {
  return { dtype: 'F32', shape: [values.length], data: Float32Array.from(values) };
}

function tensor(tensors: Tensors, name: string): TensorData {
  const found = tensors[name];
  if (!found) throw new Error(`no ${name}`);
  return found;
}

describe('checkWeights', () => {
  it.each(['qwen2-tied', SHARDED, 'llama-untied', 'llama-tied-biased-f16'])('accepts %s', async (model) => {
    await check(join(golden, model));
  });

  it('names the tensor of a number that is not finite, wherever it is', async () => {
    const names = Object.keys(await tensorsOf(join(golden, 'llama-tied-biased-f16/model.safetensors')));
    const bad = fc.constantFrom(0x7c00, 0xfc00, 0x7e00, 0xfe01); // ±infinity, two of what is no number
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.nat(), bad, async (name, place, bits) => {
        const directory = await edited('llama-tied-biased-f16', (tensors) => {
          const { data } = tensor(tensors, name);
          const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
          view.setUint16(2 * (place % (data.byteLength / 2)), bits, true);
        });
        await expect(check(directory)).rejects.toMatchObject({
          code: 'weight-nonfinite',
          message: expect.stringContaining(name),
        });
        await rm(directory, { recursive: true });
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['F32', Uint32Array, 0x7f80_0000, 0x7f7f_ffff],
    ['BF16', Uint16Array, 0xff80, 0x7f7f],
    ['F16', Uint16Array, 0x7c01, 0x7bff],
  ] as const)(
    'tells what is not finite in %s from the largest numbers',
    async (dtype, Words, bad, largest) => {
      const withNorm = (word: number) =>
        edited('qwen2-tied', (tensors) => {
          tensors['model.norm.weight'] = { dtype, shape: [24], data: new Words(24).fill(word) };
        });
      await expect(check(await withNorm(bad))).rejects.toMatchObject({ code: 'weight-nonfinite' });
      await check(await withNorm(largest));
    },
  );

  it('accepts a stored head that is the tied table, and refuses another one', async () => {
    await check(
      await edited('qwen2-tied', (tensors) => {
        tensors['lm_head.weight'] = tensor(tensors, EMBEDDING);
      }),
    );
    const another = await edited('qwen2-tied', (tensors) => {
      const { dtype, shape, data } = tensor(tensors, EMBEDDING);
      const copy = Uint8Array.from(data as Uint8Array);
      copy[copy.length - 4] = (copy[copy.length - 4] as number) ^ 1;
      tensors['lm_head.weight'] = { dtype, shape, data: copy };
    });
    await expect(check(another)).rejects.toMatchObject({
      code: 'weight-contradicts',
      message: expect.stringContaining('tie_word_embeddings: false'),
    });
    await expect(loadDecoder(another, { threads: 1 })).rejects.toMatchObject({ code: 'weight-contradicts' });
  });

  it('refuses fp64 weights, and says how to save them', async () => {
    const directory = await edited('qwen2-tied', (tensors) => {
      tensors['model.norm.weight'] = { dtype: 'F64', shape: [24], data: new Float64Array(24) };
    });
    await expect(check(directory)).rejects.toMatchObject({
      code: 'weight-unfit',
      message: expect.stringMatching(/model\.norm\.weight is a F64.*torch\.float32/),
    });
  });

  it('refuses a model without a head, and says which part it is', async () => {
    const bare = await edited('llama-untied', (tensors) => {
      for (const [name, data] of Object.entries(tensors)) {
        delete tensors[name];
        if (name !== 'lm_head.weight') tensors[name.replace('model.', '')] = data;
      }
    });
    await expect(check(bare)).rejects.toMatchObject({
      code: 'weight-missing',
      message: expect.stringContaining('They hold embed_tokens.weight'),
    });
    const headless = await edited('qwen2-tied', () => undefined, { tie_word_embeddings: false });
    await expect(check(headless)).rejects.toMatchObject({
      code: 'weight-missing',
      message: expect.stringContaining('tie_word_embeddings: true'),
    });
  });

  it('refuses another size of vocabulary than that of the config', async () => {
    const directory = await edited('qwen2-tied', () => undefined, { vocab_size: 44 });
    await expect(check(directory)).rejects.toMatchObject({
      code: 'weight-unfit',
      message: expect.stringMatching(/embed_tokens.*\[43, 24\].*\[44, 24\]/),
    });
  });

  it('refuses tensors that the model has no place for, stored rotary frequencies aside', async () => {
    const name = 'model.layers.0.self_attn.rotary_emb.inv_freq';
    const withTensor = (extra: string) =>
      edited('llama-untied', (tensors) => {
        tensors[extra] = floats([1, 2]);
      });
    await check(await withTensor(name));
    const bias = 'model.layers.1.self_attn.q_proj.bias';
    const directory = await withTensor(bias);
    await expect(check(directory)).rejects.toMatchObject({
      code: 'weight-unknown',
      message: expect.stringContaining(bias),
    });
  });
});

describe('the shards of a model', () => {
  async function sharded(rename_: (name: string) => string): Promise<string> {
    const directory = await mkdtemp(join(folder, 'shards-'));
    await cp(join(golden, SHARDED), directory, { recursive: true });
    const path = join(directory, 'model.safetensors.index.json');
    const index: { weight_map: Record<string, string> } = JSON.parse(await readFile(path, 'utf8'));
    for (const file of new Set(Object.values(index.weight_map))) {
      await mkdir(join(directory, rename_(file), '..'), { recursive: true });
      await rename(join(directory, file), join(directory, rename_(file)));
    }
    for (const [name, file] of Object.entries(index.weight_map)) index.weight_map[name] = rename_(file);
    await writeFile(path, JSON.stringify(index));
    return directory;
  }

  it.each([
    (file: string) => file.replace('model-', 'pytorch_model-'),
    (file: string) => `weights of the model, part ${file.slice(10, 11)}.safetensors`,
    (file: string) => `modèle/${file}`,
  ])('are found under the names of their index (%#)', async (rename_) => {
    const directory = await sharded(rename_);
    await check(directory);
    const [tokens] = JSON.parse(await readFile(join(golden, SHARDED, 'logits.json'), 'utf8'));
    const decoder = await loadDecoder(directory, { threads: 1 });
    const { logits } = await decoder.prefill([tokens.tokens]);
    for (const [i, value] of logits.entries()) expect(value).toBeCloseTo(tokens.logits[i], 4);
    await decoder.release();
  });

  it.each([
    '../other.safetensors',
    '/tmp/other.safetensors',
    'a/../b.safetensors',
    '.hidden.safetensors',
    'a.bin',
  ])('are never sought as %s', async (name) => {
    const directory = await sharded((file) => file);
    const index = { weight_map: { [EMBEDDING]: name } };
    await writeFile(join(directory, 'model.safetensors.index.json'), JSON.stringify(index));
    await expect(locateWeights(directory)).rejects.toMatchObject({ code: 'model-file-invalid' });
  });

  it('give way to a single file, as in transformers', async () => {
    const directory = await edited('qwen2-tied', () => undefined);
    const index = { weight_map: { [EMBEDDING]: 'none.safetensors' } };
    await writeFile(join(directory, 'model.safetensors.index.json'), JSON.stringify(index));
    await check(directory);
  });

  it('never hold a tensor twice', async () => {
    const directory = await sharded((file) => file);
    const first = join(directory, 'model-00001-of-00003.safetensors');
    const second = join(directory, 'model-00002-of-00003.safetensors');
    await writeFile(second, writeSafetensors({ ...(await tensorsOf(first)), ...(await tensorsOf(second)) }));
    await expect(locateWeights(directory)).rejects.toMatchObject({ code: 'weight-repeated' });
  });
});
