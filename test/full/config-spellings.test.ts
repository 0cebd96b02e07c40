import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDecoder } from '#shared/inference/decoder.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { modelTensors } from '#shared/inference/model-tensors.ts';
import { type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import { ENGINE, tinyCreate } from '../trainer/tiny-engine.ts';

const TOKENS = [3, 17, 5, 5, 29, 11, 0, 23, 8, 19, 2, 30];
const VOCABULARY = 31;

let folder: string;
let engine: EngineProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-configs-'));
  engine = await startEngine(ENGINE);
});
afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true });
});

/** A key with one of some values, or left out. */
function key(name: string, ...values: readonly unknown[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.constantFrom(...values.map((value) => ({ [name]: value }))) },
  );
}

const LLAMA3 = {
  rope_type: 'llama3',
  factor: 4,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 16,
};
const ROPES = [
  null,
  {},
  { rope_theta: 500 },
  { rope_type: 'default', rope_theta: 700 },
  { type: 'default' },
  LLAMA3,
  { ...LLAMA3, rope_theta: 300 },
  { rope_type: 'default', type: 'yarn', factor: 2 },
  { type: 'linear', factor: 2 },
  { rope_type: 'yarn', factor: 2, original_max_position_embeddings: 16 },
  { type: 'dynamic', factor: 2 },
  { rope_type: 'none' },
  { rope_theta: 500, partial_rotary_factor: 0.5 },
  { full_attention: { rope_type: 'default', rope_theta: 50 } },
];

/** Whatever a config may say beside its sizes, in every spelling that some program reads. */
const spellings = fc
  .tuple(
    fc.constantFrom('qwen2', 'qwen3', 'llama').map((model_type) => ({ model_type })),
    key('rope_parameters', ...ROPES),
    key('rope_scaling', ...ROPES),
    key('rope_theta', 100, 2e6),
    key('partial_rotary_factor', 1, 0.5),
    key('original_max_position_embeddings', 16, 64),
    key('head_dim', 8, 6, 4, null),
    key('num_key_value_heads', 2, 1, 4, null),
    key('rms_norm_eps', 1e-5, 0.01),
    key('hidden_act', 'silu', 'gelu'),
    key('tie_word_embeddings', true, false),
    key('attention_bias', true, false),
    key('mlp_bias', false, true),
    key('sliding_window', null, 4),
    key('use_sliding_window', false, true),
    key('max_window_layers', 0, 28),
    key('layer_types', null, ['full_attention', 'full_attention'], ['full_attention', 'sliding_attention']),
    key(
      'architectures',
      null,
      ['Qwen2ForCausalLM'],
      ['Qwen3ForCausalLM'],
      ['LlamaForCausalLM'],
      ['Qwen2ForSequenceClassification'],
    ),
    key('torch_dtype', 'bfloat16', 'float32', 'auto'),
    key('dtype', 'float16', null),
    key('pad_token_id', 0, null, -1, VOCABULARY),
    key('quantization_config', null, { quant_method: 'gptq', bits: 4 }),
    key('pretraining_tp', 2),
    key('use_cache', false),
    key('attention_chunk_size', null, 4),
    key('final_logit_softcapping', 30),
  )
  .map((parts) => Object.assign({}, ...parts) as Record<string, unknown>);

async function written(config: Record<string, unknown>, seed: number): Promise<string | undefined> {
  const directory = await mkdtemp(join(folder, 'model-'));
  const sizes = {
    vocab_size: VOCABULARY,
    hidden_size: 24,
    intermediate_size: 20,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    max_position_embeddings: 64,
  };
  await writeFile(join(directory, 'config.json'), JSON.stringify({ ...sizes, ...config }));
  const read = await readModelConfig(directory).catch(() => undefined);
  if (!read) return undefined;
  const random = new RandomStream(seed, 0);
  const tensors: Record<string, TensorData> = {};
  for (const [name, shape] of modelTensors(read)) {
    const mean = name.includes('norm') ? 1 : 0;
    const data = new Float32Array(shape.reduce((a, b) => a * b)).map(() => mean + 0.4 * random.normal());
    tensors[name] = { dtype: 'F32', shape, data };
  }
  await writeFile(join(directory, 'model.safetensors'), writeSafetensors(tensors));
  return directory;
}

/** Of each token but the first, by the decoder. */
async function decoded(directory: string): Promise<number[]> {
  const decoder = await loadDecoder(directory, { threads: 1 });
  const logprobs: number[] = [];
  for (let end = 1; end < TOKENS.length; end++) {
    const { logits } = await decoder.prefill([TOKENS.slice(0, end)]);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    logprobs.push((logits[TOKENS[end] as number] as number) - Math.log(total));
  }
  await decoder.release();
  return logprobs;
}

/** The same, by the engine. */
async function trained(directory: string): Promise<Float32Array> {
  await engine.client.call('create', tinyCreate({ model: directory }));
  const batch = {
    tokens: Int32Array.from(TOKENS),
    lengths: Int32Array.of(TOKENS.length),
    promptLengths: Int32Array.of(1),
  };
  const { tensors } = await engine.client.call('forward', { slot: 'policy', temperature: 1 }, batch);
  return tensors.logprobs;
}

it('whatever config is accepted, the engine and the decoder compute the same model', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(spellings, fc.nat(), async (config, seed) => {
      const directory = await written(config, seed);
      if (directory === undefined) return;
      accepted += 1;
      const [evaluated, scored] = [await decoded(directory), await trained(directory)];
      for (const [i, logprob] of evaluated.entries()) expect(scored[i]).toBeCloseTo(logprob, 3);
      await rm(directory, { recursive: true });
    }),
    { numRuns: 1500 },
  );
  expect(accepted).toBeGreaterThan(30);
});
