import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import { matricesOf } from '#shared/inference/graph/matrices.ts';
import { quantisedNames } from '#shared/inference/graph/quantised-names.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { OnnxGenerator } from '#shared/inference/onnx-generator.ts';
import { matrixRows } from '#shared/inference/quantise/matrix-rows.ts';
import { quantisedFile } from '#shared/inference/quantise/rounding.ts';
import { readSafetensorsHeader, type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';
import type { GenerationRequest } from '#shared/ports/generator.ts';
import { microcosm, randomTensors, type Shape, writeRandomModel } from '../random-model.ts';

/** Widths that are no multiple of a block, and heads that are padded. */
const odd: Shape = { ...microcosm, hidden: 52, intermediate: 76, heads: 6, headDim: 10 };
/** Of which a distance is the mean: one alone says little, of models so small. */
const PROMPTS = 60;
const golden = new URL('../../../golden/inference', import.meta.url).pathname;
const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function folderOf(shape: Shape): Promise<string> {
  const folder = await writeRandomModel(shape);
  folders.push(folder);
  return folder;
}

async function goldenFolder(model: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-golden-'));
  folders.push(folder);
  await cp(join(golden, model), folder, { recursive: true });
  return folder;
}

const tokens = (length: number, shape: Shape) =>
  Array.from({ length }, (_, i) => (i * i * 5 + length) % shape.vocabulary);

async function logitsOf(
  folder: string,
  precision: WeightPrecision,
  prompt: readonly number[],
  operators: 'own' | 'library' = 'own',
) {
  const decoder = await loadDecoder(folder, { threads: 1, precision, operators });
  const { logits } = await decoder.prefill([prompt]);
  await decoder.release();
  return logits;
}

const distance = (a: Float32Array, b: Float32Array) =>
  Math.hypot(...a.map((value, i) => value - (b[i] as number))) / Math.hypot(...b);

/** The same model, but for one inner value of each layer, which is larger and counts so much less. */
async function stretched(shape: Shape, factor: number): Promise<string> {
  const folder = await folderOf(shape);
  const tensors = randomTensors(shape, 1);
  const { intermediate } = shape;
  for (let layer = 0; layer < shape.layers; layer++) {
    const mlp = `model.layers.${layer}.mlp`;
    const up = tensors[`${mlp}.up_proj.weight`]?.data as Float32Array;
    const down = tensors[`${mlp}.down_proj.weight`]?.data as Float32Array;
    const place = 5;
    for (let i = place * shape.hidden; i < (place + 1) * shape.hidden; i++)
      up[i] = (up[i] as number) * factor;
    for (let i = place; i < down.length; i += intermediate) down[i] = (down[i] as number) / factor;
  }
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors));
  return folder;
}

/** A model in int8 whose weights are those of another in int4, in 8 bits. */
async function widened(folder: string, shape: Shape): Promise<string> {
  const path = join(folder, quantisedFile('int4'));
  const bytes = await readFile(path);
  const tensors: Record<string, TensorData> = {};
  for (const [name, { dtype, shape, offset, sizeBytes }] of await readSafetensorsHeader(path))
    tensors[name] = { dtype, shape, data: Uint8Array.from(bytes.subarray(offset, offset + sizeBytes)) };
  for (const { name, inner, outer } of matricesOf(await readModelConfig(folder))) {
    const names = quantisedNames(name);
    const nibbles = tensors[names.weight]?.data as Uint8Array;
    const multipliers = tensors[names.multipliers]?.data as Uint8Array;
    const data = Uint8Array.from({ length: inner * outer }, (_, i) => {
      const integer = ((((nibbles[i >> 1] as number) >> ((i & 1) * 4)) & 15) << 28) >> 28;
      const block = Math.floor(i / outer / 32);
      return 128 + integer * (multipliers[block * outer + (i % outer)] as number);
    });
    tensors[names.weight] = { dtype: 'U8', shape: [inner, outer], data };
    delete tensors[names.multipliers];
  }
  const target = await folderOf(shape);
  await writeFile(join(target, quantisedFile('int8')), writeSafetensors(tensors));
  return target;
}

describe('int8', () => {
  it.each(['qwen2-tied', 'qwen2-untied-sharded-bf16', 'qwen3-tied', 'llama-untied', 'llama-tied-biased-f16'])(
    'computes nearly what fp32 does of %s: every turn and scale is taken back',
    async (model) => {
      const folder = await goldenFolder(model);
      const [plain, rounded] = await Promise.all(
        (['fp32', 'int8'] as const).map((precision) => loadDecoder(folder, { threads: 1, precision })),
      );
      const { vocabulary } = (plain as Decoder).config;
      const distances: number[] = [];
      for (let i = 0; i < PROMPTS; i++) {
        const prompt = Array.from(
          { length: 3 + (i % 17) },
          (_, j) => (i * 7 + j * j * 5 + i * j) % vocabulary,
        );
        const [exact, made] = await Promise.all(
          [plain, rounded].map(async (decoder) => (await (decoder as Decoder).prefill([prompt])).logits),
        );
        distances.push(distance(made as Float32Array, exact as Float32Array));
      }
      await Promise.all([plain, rounded].map((decoder) => decoder?.release()));
      expect(distances.reduce((sum, each) => sum + each) / PROMPTS).toBeLessThan(0.04);
    },
  );

  it('is as good where one inner value is far larger than the rest', async () => {
    const prompt = tokens(40, microcosm);
    const missed = async (folder: string) =>
      distance(await logitsOf(folder, 'int8', prompt), await logitsOf(folder, 'fp32', prompt));
    const plain = await missed(await folderOf(microcosm));
    expect(await missed(await stretched(microcosm, 100))).toBeLessThan(1.5 * plain);
  });

  it('is closer to fp32 than int4 by far', async () => {
    const folder = await folderOf(microcosm);
    const prompt = tokens(40, microcosm);
    const plain = await logitsOf(folder, 'fp32', prompt);
    const eight = distance(await logitsOf(folder, 'int8', prompt), plain);
    expect(eight).toBeGreaterThan(0);
    expect(eight).toBeLessThan(distance(await logitsOf(folder, 'int4', prompt), plain) / 5);
  });
});

describe('int4', () => {
  it.each(['own', 'library'] as const)(
    'computes what int8 does with its weights, by operators of: %s',
    async (operators) => {
      const folder = await folderOf(microcosm);
      const prompt = tokens(40, microcosm);
      const made = await logitsOf(folder, 'int4', prompt, operators);
      expect(await logitsOf(await widened(folder, microcosm), 'int8', prompt, operators)).toEqual(made);
    },
  );
});

describe.each(['int8', 'int4'] as const)('%s', (precision) => {
  it('is made once, and the same from the same weights', async () => {
    const [one, two] = [await folderOf(odd), await folderOf(odd)];
    const prompt = tokens(9, odd);
    const first = await logitsOf(one, precision, prompt);
    await logitsOf(two, precision, prompt);
    const file = quantisedFile(precision);
    expect(await readFile(join(one, file))).toEqual(await readFile(join(two, file)));
    expect((await readdir(one)).filter((name) => name.includes('part'))).toEqual([]);
    expect(await logitsOf(one, precision, prompt)).toEqual(first);
  });

  it('needs no other weights than its file', async () => {
    for (const model of ['qwen3-tied', 'llama-tied-biased-f16', 'qwen2-untied-sharded-bf16']) {
      const folder = await goldenFolder(model);
      const first = await logitsOf(folder, precision, [1, 2, 3]);
      for (const name of await readdir(folder))
        if (/^model.*safetensors/.test(name)) await rm(join(folder, name));
      expect(await logitsOf(folder, precision, [1, 2, 3])).toEqual(first);
    }
  });
});

describe.each([
  ['fp32', 'odd', odd],
  ['int8', 'odd', odd],
  ['int4', 'odd', odd],
  ['int8', 'even', microcosm],
  ['int4', 'even', microcosm],
] as const)('batches of %s, %s widths', (precision, _, shape) => {
  let decoders: Decoder[];
  let folder: string;
  beforeAll(async () => {
    folder = await folderOf({ ...shape, context: 400 });
    const one = await loadDecoder(folder, { threads: 1, precision });
    const others = [
      { threads: 3, precision },
      { threads: 1, precision, way: 'copying' },
    ] as const;
    decoders = [one, ...(await Promise.all(others.map((options) => loadDecoder(folder, options))))];
  });
  afterAll(() => Promise.all(decoders.map((decoder) => decoder.release())));

  const request: fc.Arbitrary<GenerationRequest> = fc.record({
    prompt: fc.integer({ min: 1, max: 300 }).map((length) => tokens(length, shape)),
    temperature: fc.constantFrom(0, 0.6, 1),
    topP: fc.constantFrom(0.9, 1),
    maxTokens: fc.integer({ min: 1, max: 12 }),
    stop: fc.constant([3, 5, 7]),
    draw: fc.record({
      seed: fc.nat(),
      sample: fc.nat(7),
      row: fc.nat(9),
      step: fc.constant(0),
    }),
  });

  it('say the same as each request alone: any company, order, threads and way', async () => {
    const [first] = decoders as [Decoder];
    const alone = new OnnxGenerator(first);
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 9 }), async (requests) => {
        const expected = [];
        for (const each of requests) expected.push(...(await alone.generate([each])));
        for (const decoder of decoders)
          expect(await new OnnxGenerator(decoder).generate(requests)).toEqual(expected);
        const two = new OnnxGenerator(first, 2 * 320 * 2 * 3 * 16 * 2 * 4 * 3); // room for a few rows
        expect(await two.generate(requests.toReversed())).toEqual(expected.toReversed());
      }),
      { numRuns: 12 },
    );
  });
});

describe('matrixRows', () => {
  it('reads every row of a bf16 tensor that is larger than a piece', async () => {
    const rows = 3000;
    const data = Uint16Array.from({ length: rows * 1000 }, (_, i) => (i % 1000 === 0 ? 0x4000 : 0x3f80));
    const folder = await folderOf(microcosm);
    await writeFile(
      join(folder, 'big'),
      writeSafetensors({ m: { dtype: 'BF16', shape: [rows, 1000], data } }),
    );
    const entry = (await readSafetensorsHeader(join(folder, 'big'))).get('m');
    let count = 0;
    let pieces = 0;
    for await (const values of matrixRows(folder, { ...entry, file: 'big' } as never)) {
      for (let first = 0; first < values.length; first += 1000)
        expect([values[first], values[first + 1], values[first + 999]]).toEqual([2, 1, 1]);
      count += values.length / 1000;
      pieces++;
    }
    expect(count).toBe(rows);
    expect(pieces).toBeGreaterThan(1);
  });
});
