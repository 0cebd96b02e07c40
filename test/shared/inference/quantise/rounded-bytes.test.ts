import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { modelTensors } from '#shared/inference/model-tensors.ts';
import { ensureQuantised } from '#shared/inference/quantise/quantised-weights.ts';
import { type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';

/**
 * sha256 of rounded models. They are named by the version of the rounding alone (`rounding.ts`): where one of these changes, that
 * version has to rise, and `generatorVersion` with it.
 */
const golden = new URL('../../../golden/inference/', import.meta.url).pathname;
const expected: Record<string, Record<string, string>> = JSON.parse(
  await readFile(join(golden, 'rounded.json'), 'utf8'),
);

/** Widths with odd parts 3, 5 and 17 beside powers of two from 8 to 512, heads that are padded, and matrices of several pieces. */
const WIDE = {
  model_type: 'qwen2',
  num_hidden_layers: 1,
  hidden_size: 192,
  intermediate_size: 208,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  head_dim: 64,
  vocab_size: 70,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-6,
  rope_theta: 10_000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
};
const MADE = {
  'made-wide': WIDE,
  'made-large': { ...WIDE, hidden_size: 512, intermediate_size: 4104, tie_word_embeddings: false },
  'made-padded-heads': { ...WIDE, hidden_size: 1088, intermediate_size: 76, head_dim: 24 },
};

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder of its own for what is rounded. */
async function folderOf(model: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-rounded-bytes-'));
  folders.push(folder);
  const config = MADE[model as keyof typeof MADE];
  if (config === undefined) await cp(join(golden, model), folder, { recursive: true });
  else await writeMade(folder, config);
  return folder;
}

/** Weights in bf16 between 1/128 and 2 and their opposites, by whole numbers alone; some blocks of them 0. */
async function writeMade(folder: string, config: typeof WIDE): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const tensors: Record<string, TensorData> = {};
  let state = 1;
  for (const [name, shape] of modelTensors(await readModelConfig(folder))) {
    const data = new Uint16Array(shape.reduce((product, size) => product * size));
    for (let i = 0; i < data.length; i++) {
      state ^= state << 13; // xorshift32, Marsaglia 2003
      state ^= state >>> 17;
      state ^= state << 5;
      data[i] = i % 1000 < 64 ? 0 : 0x3c00 | (state & 0x83ff);
    }
    tensors[name] = { dtype: 'BF16', shape, data };
  }
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors));
}

describe.each(Object.keys(expected))('%s', (model) => {
  it.each(['int8', 'int4'] as const)('has the same bytes as ever in %s', async (precision) => {
    const path = await ensureQuantised(await folderOf(model), precision);
    expect(await sha256OfFile(path)).toBe(expected[model]?.[precision]);
  });
});
