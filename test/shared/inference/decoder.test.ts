import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'onnxruntime-node';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import { microcosm, type Shape, writeRandomModel } from './random-model.ts';

const golden = new URL('../../golden/inference', import.meta.url).pathname;
const models = [
  'qwen2-tied',
  'qwen2-untied-sharded-bf16',
  'qwen3-tied',
  'llama-untied',
  'llama-tied-biased-f16',
];

function largestDifference(a: readonly number[], b: Float32Array): number {
  expect(b.length).toBe(a.length);
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}

describe('Decoder', () => {
  describe.each(models)('of %s', (model) => {
    let decoder: Decoder;
    let records: { tokens: number[]; logits: number[] }[];
    beforeEach(async () => {
      decoder = await loadDecoder(join(golden, model), { threads: 1 });
      records = JSON.parse(await readFile(join(golden, model, 'logits.json'), 'utf8'));
    });
    afterEach(() => decoder.release());

    it('computes the logits of torch for whole prompts', async () => {
      for (const { tokens, logits } of records)
        expect(largestDifference(logits, (await decoder.prefill([tokens])).logits)).toBeLessThan(2e-5);
    });

    it('computes the logits of torch token by token', async () => {
      for (const { tokens, logits } of records) {
        const first = await decoder.prefill([tokens.slice(0, 1)]);
        const batch = decoder.batch(1, tokens.length);
        batch.add(first, 0);
        let last = first.logits;
        for (const token of tokens.slice(1)) ({ logits: last } = await batch.step([token]));
        batch.release();
        expect(largestDifference(logits, last)).toBeLessThan(2e-5);
      }
    });
  });

  // Widths that fill no vector register, one key-value head under several threads, no sharing of key-value heads.
  const odd: Shape = { ...microcosm, layers: 2, hidden: 52, intermediate: 76, heads: 6, headDim: 10 };
  const oneKvHead: Shape = { ...microcosm, layers: 2, heads: 5, kvHeads: 1, headDim: 64, context: 2048 };
  const unshared: Shape = { ...microcosm, layers: 2, kvHeads: 4 };
  const lengths = [1, 2, 5, 13, 40, 63, 64, 65, 128, 129, 140];

  it.each<[string, Shape, number[]]>([
    ['the microcosm', microcosm, lengths],
    ['odd widths', odd, lengths],
    ['unshared key-value heads', unshared, lengths],
    ['one key-value head and long prompts', oneKvHead, [3, 260, 700, 1100]],
  ])(
    'gives a row the same bits in every batch and with every number of threads: %s',
    async (_, shape, sizes) => {
      const directory = await writeRandomModel(shape);
      const alone = new Map<number, string>();
      for (const [threads, batches] of [
        [1, [1, 2, 3, 4, 7, 16, 17, 33]],
        [2, [1, 2, 5]],
        [3, [1, 2, 4]],
        [8, [1, 2]],
      ] as const) {
        const decoder = await loadDecoder(directory, { threads });
        const { vocabulary } = decoder.config;
        const bits = (logits: Float32Array, row: number) =>
          Buffer.from(logits.slice(row * vocabulary, (row + 1) * vocabulary).buffer).toString('base64');
        const prompts = sizes.map((size) =>
          Array.from({ length: size }, (_, i) => (i * i + size) % vocabulary),
        );
        // Together, and one by one: prompts of several lengths in one run, padded, and long ones piece by piece.
        const together = await decoder.prefill(prompts);
        const apart = await Promise.all(prompts.map((prompt) => decoder.prefill([prompt])));
        for (const [i, { logits }] of apart.entries())
          expect(bits(together.logits, i) === bits(logits, 0), `prompt ${i}, threads ${threads}`).toBe(true);
        for (const size of batches) {
          const rows = Array.from({ length: size }, (_, i) => (i * 7 + size) % prompts.length);
          for (const batch of size === 1 ? prompts.map((_, prompt) => [prompt]) : [rows]) {
            const decoded = decoder.batch(size, Math.max(...sizes) + 3 + size);
            for (const prompt of batch)
              if (prompt % 2 === 0) decoded.add(together, prompt);
              else decoded.add(apart[prompt] as (typeof apart)[0], 0);
            const steps: string[][] = batch.map(() => []);
            for (let i = 0; i < 3; i++) {
              const { logits } = await decoded.step(batch.map((prompt) => (31 * prompt + i) % vocabulary));
              for (const [row, of] of steps.entries()) of.push(bits(logits, row));
            }
            decoded.release();
            for (const [row, prompt] of batch.entries()) {
              const result = (steps[row] as string[]).join();
              if (!alone.has(prompt)) alone.set(prompt, result);
              expect(
                result === alone.get(prompt),
                `prompt ${prompt}, batch ${size}, threads ${threads}`,
              ).toBe(true);
            }
          }
        }
        await decoder.release();
      }
      await rm(directory, { recursive: true });
    },
  );
});

describe('loadDecoder', () => {
  const directories: string[] = [];
  afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))));

  async function copyOf(model: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'oneshot-broken-'));
    directories.push(directory);
    for (const file of await readdir(join(golden, model)))
      await copyFile(join(golden, model, file), join(directory, file));
    return directory;
  }

  async function editJson(directory: string, file: string, edit: (value: never) => void): Promise<void> {
    const path = join(directory, file);
    const value = JSON.parse(await readFile(path, 'utf8'));
    edit(value as never);
    await writeFile(path, JSON.stringify(value));
  }

  async function refusal(directory: string) {
    return loadDecoder(directory, { threads: 1 }).then(
      () => undefined,
      (error: { code: string; message: string }) => error,
    );
  }

  it('refuses a truncated file of weights', async () => {
    const directory = await copyOf('qwen2-tied');
    await truncate(join(directory, 'model.safetensors'), 40_000);
    expect(await refusal(directory)).toMatchObject({ code: 'safetensors-invalid' });
  });

  it('refuses a folder without weights or without a config', async () => {
    const directory = await copyOf('qwen2-tied');
    await rm(join(directory, 'model.safetensors'));
    expect(await refusal(directory)).toMatchObject({ code: 'model-file-missing' });
    await rm(join(directory, 'config.json'));
    expect(await refusal(directory)).toMatchObject({ code: 'model-file-missing' });
  });

  it('refuses a folder that lacks a shard', async () => {
    const directory = await copyOf('qwen2-untied-sharded-bf16');
    await rm(join(directory, 'model-00002-of-00003.safetensors'));
    expect(await refusal(directory)).toMatchObject({
      code: 'model-file-missing',
      message: expect.stringContaining('model-00002-of-00003.safetensors'),
    });
  });

  it('refuses an index that names a file outside the folder, or a tensor that its shard lacks', async () => {
    const directory = await copyOf('qwen2-untied-sharded-bf16');
    const setFile = (file: string) =>
      editJson(directory, 'model.safetensors.index.json', (index: { weight_map: Record<string, string> }) => {
        index.weight_map['model.norm.weight'] = file;
      });
    await setFile('model-00001-of-00003.safetensors');
    expect(await refusal(directory)).toMatchObject({
      code: 'weight-missing',
      message: expect.stringContaining('model.norm.weight'),
    });
    await setFile('../model.safetensors');
    expect(await refusal(directory)).toMatchObject({ code: 'model-file-invalid' });
  });

  it('refuses weights that are not those of the config', async () => {
    const directory = await copyOf('llama-untied');
    const set = (key: string, value: unknown) =>
      editJson(directory, 'config.json', (config: Record<string, unknown>) => {
        config[key] = value;
      });
    await set('intermediate_size', 40);
    expect(await refusal(directory)).toMatchObject({
      code: 'weight-unfit',
      message: expect.stringMatching(/gate_proj.weight is a F32 tensor \[36, 21\].*\[40, 21\]/),
    });
    await set('intermediate_size', 36);
    await set('num_hidden_layers', 3);
    expect(await refusal(directory)).toMatchObject({
      code: 'weight-missing',
      message: expect.stringContaining('model.layers.2.'),
    });
  });
});

describe('generatorVersion', () => {
  it('names the version of ONNX Runtime that is installed', () => {
    expect(generatorVersion).toContain(`onnxruntime/${env.versions.node}`);
  });
});
