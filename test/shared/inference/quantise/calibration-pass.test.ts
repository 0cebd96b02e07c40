import { describe, expect, it } from 'vitest';
import { loadDecoder } from '#shared/inference/decoder.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { locateWeights } from '#shared/inference/model-weights.ts';
import { calibrationPass, type MatrixInputs } from '#shared/inference/quantise/calibration-pass.ts';
import { calibrationTokens, TEXT_TOKENS } from '#shared/inference/quantise/calibration-tokens.ts';
import { type MatrixSource, vectorOf } from '#shared/inference/quantise/matrix-source.ts';
import { products, scaled, type TokenColumns } from '#shared/inference/quantise/token-columns.ts';

const golden = new URL('../../../golden/inference', import.meta.url).pathname;

async function sourceOf(directory: string): Promise<MatrixSource> {
  return { directory, config: await readModelConfig(directory), weights: await locateWeights(directory) };
}

/** [V, TEXT_TOKENS] of each text. */
async function logitsOf(source: MatrixSource, texts: readonly (readonly number[])[]) {
  let last: MatrixInputs = new Map();
  for await (const inputs of calibrationPass(source, texts)) last = inputs;
  const gains = await vectorOf('model.norm.weight', source);
  const head = source.config.tiedEmbeddings ? 'model.embed_tokens' : 'lm_head';
  const normed = last.get('lm_head') as readonly TokenColumns[];
  const inputs = normed.map((columns) => scaled(columns, gains));
  return products(head, inputs, source);
}

describe.each([
  'qwen2-tied',
  'qwen2-untied-sharded-bf16',
  'qwen3-tied',
  'llama-untied',
  'llama-tied-biased-f16',
])('%s', (model) => {
  it('has the logits of the decoder at each token of each text', async () => {
    const directory = `${golden}/${model}`;
    const source = await sourceOf(directory);
    const { vocabulary } = source.config;
    const texts = await calibrationTokens(directory, vocabulary);
    const made = await logitsOf(source, texts);
    const decoder = await loadDecoder(directory, { threads: 1 });
    for (const [i, text] of texts.entries())
      for (let token = 0; token < TEXT_TOKENS; token++) {
        const { logits } = await decoder.prefill([text.slice(0, token + 1)]);
        for (let word = 0; word < vocabulary; word++)
          expect(made[i]?.[word * TEXT_TOKENS + token]).toBeCloseTo(logits[word] as number, 3);
      }
    await decoder.release();
  });
});
