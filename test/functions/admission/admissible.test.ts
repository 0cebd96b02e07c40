import { expect, it } from 'vitest';
import { generatorLoad } from '#functions/admission/admissible.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { roundingName } from '#shared/inference/quantise/rounding.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const MODEL = 'm'.repeat(26);
const CONFIG = {
  ...{ num_hidden_layers: 28, hidden_size: 1536, intermediate_size: 8960, num_attention_heads: 12 },
  ...{ num_key_value_heads: 2, vocab_size: 151_936, tie_word_embeddings: true },
};
const spec: GenerationSpec = {
  model: MODEL,
  template: { kind: 'chat', digest: 't'.repeat(26) },
  stop: [],
  precision: 'int8',
  generator: { kind: 'onnx', version: '1' },
  seed: 0,
  sets: [
    { benchmark: 'sums', problems: 'p'.repeat(26), samples: 1, temperature: 0, topP: 1, maxTokens: 100 },
  ],
};

it('admits a model that a function has no time to round once a worker has stored it rounded', async () => {
  const store = new MemoryStore();
  const config = new TextEncoder().encode(JSON.stringify(CONFIG));
  await store.putOnce(keys.blob(sha256Hex(config)), config);
  const files = {
    'config.json': { sha256: sha256Hex(config), sizeBytes: config.length },
    'model.safetensors': { sha256: 'a'.repeat(64), sizeBytes: 3.09e9 },
  };
  await put(store, record.model(MODEL), { files });
  const worker = { memoryMib: 10_240, diskBytes: 10e9, turnSeconds: 100 };
  const load = () => generatorLoad(spec, store, { worker, endpoints: [] });
  await expect(load()).rejects.toMatchObject({ code: 'model-too-large' });
  const file = { sha256: 'f'.repeat(64), sizeBytes: 2.0e9 };
  await put(store, record.rounded(MODEL, roundingName('int4')), { file });
  await expect(load()).rejects.toMatchObject({ code: 'model-too-large' });
  await put(store, record.rounded(MODEL, roundingName('int8')), { file });
  expect(await load()).toMatchObject({ precision: 'int8' });
});
