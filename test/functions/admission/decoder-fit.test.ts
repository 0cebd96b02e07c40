import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastMemoryMib, requireFit, type WorkerLimits } from '#functions/admission/decoder-fit.ts';
import { decoderLoad } from '#functions/admission/decoder-shape.ts';
import { heldBytes } from '#functions/admission/decoder-speed.ts';
import { lambdaCost } from '#functions/admission/lambda-cost.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { WEIGHT_PRECISIONS, type WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { keys } from '#shared/storage/keys.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

/** Sizes of published configs, and of their files in 16 bits. */
const QWEN_1_5B = {
  num_hidden_layers: 28,
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  tie_word_embeddings: true,
};
const QWEN_7B = {
  num_hidden_layers: 28,
  hidden_size: 3584,
  intermediate_size: 18_944,
  num_attention_heads: 28,
  num_key_value_heads: 4,
  vocab_size: 152_064,
};
const LARGEST: WorkerLimits = { memoryMib: 10_240, diskBytes: 20e9, turnSeconds: 900 };

async function loadOf(config: object | string, precision: WeightPrecision, sizeBytes: number) {
  const store = new MemoryStore();
  const body = new TextEncoder().encode(typeof config === 'string' ? config : JSON.stringify(config));
  const sha256 = sha256Hex(body);
  await store.putOnce(keys.blob(sha256), body);
  const files = {
    'config.json': { sha256, sizeBytes: body.length },
    'model.safetensors': { sha256: 'a'.repeat(64), sizeBytes },
  };
  return decoderLoad({ precision }, { files }, store);
}

describe('the shape of a stored model', () => {
  it('has the parameters of the published one', async () => {
    const { shape } = await loadOf(QWEN_1_5B, 'int8', 3.09e9);
    expect((shape.body + shape.head + shape.embeddings) / 1.5437e9).toBeCloseTo(1, 3);
    expect(shape.keyValueWidth).toBe(256);
    const seven = (await loadOf(QWEN_7B, 'int8', 15.2e9)).shape;
    expect((seven.body + seven.head + seven.embeddings) / 7.6155e9).toBeCloseTo(1, 3);
  });

  it.each([['not JSON'], [{}], [{ ...QWEN_1_5B, hidden_size: -1 }]])(
    'is guessed from its size where its config says nothing: %j',
    async (config) => {
      const { shape } = await loadOf(config, 'fp32', 3e9);
      expect(shape.body / 1.5e9).toBeCloseTo(1, 3);
    },
  );
});

describe('a worker', () => {
  const codeOf = async (config: object, precision: WeightPrecision, bytes: number, limits: WorkerLimits) => {
    const load = { ...(await loadOf(config, precision, bytes)), roundedBytes: bytes / 2 };
    try {
      requireFit(load, 3072, limits);
      return 'fits';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('of 10,240 MiB holds 1.5B in each precision and 7B rounded, which one of 9,000 does in int4 alone', async () => {
    for (const precision of WEIGHT_PRECISIONS)
      expect(await codeOf(QWEN_1_5B, precision, 3.09e9, LARGEST)).toBe('fits');
    expect(await codeOf(QWEN_7B, 'int8', 15.2e9, LARGEST)).toBe('fits');
    expect(await codeOf(QWEN_7B, 'int8', 15.2e9, { ...LARGEST, memoryMib: 9000 })).toMatch(
      /In int8 it takes \d+ MiB .* of 3072 tokens, .* has 9000\. In int4 it would fit\./,
    );
    expect(await codeOf(QWEN_7B, 'int4', 15.2e9, LARGEST)).toBe('fits');
    expect(await codeOf(QWEN_7B, 'fp32', 15.2e9, LARGEST)).toMatch(/In int8 it would fit/);
  });

  it('of 3,008 MiB holds 1.5B in int4, and is told how much more int8 takes', async () => {
    const small = { ...LARGEST, memoryMib: 3008 };
    expect(await codeOf(QWEN_1_5B, 'int4', 3.09e9, small)).toBe('fits');
    expect(await codeOf(QWEN_1_5B, 'fp32', 3.09e9, small)).toMatch(
      /In int8 it would fit\. Give the generate function \d{4} MiB /,
    );
  });

  it('needs room for the files, and time for some tokens after a cold start', async () => {
    expect(await codeOf(QWEN_1_5B, 'int8', 3.09e9, { ...LARGEST, diskBytes: 2e9 })).toMatch(
      /3091 MB, and a worker here has 2000 MB of disk/,
    );
    expect(await codeOf(QWEN_1_5B, 'int8', 3.09e9, { ...LARGEST, turnSeconds: 20 })).toMatch(
      /would not load it and make 64 tokens within its 20 s/,
    );
  });

  it('needs time to round a model that nobody has rounded before', async () => {
    const load = await loadOf(QWEN_1_5B, 'int8', 3.09e9);
    const limits = { ...LARGEST, turnSeconds: 100 };
    expect(() => requireFit(load, 3072, limits)).toThrow('would not round and load it');
    expect(() => requireFit({ ...load, roundedBytes: 2e9 }, 3072, limits)).not.toThrow();
    expect(() => requireFit({ ...load, precision: 'fp32' }, 3072, limits)).not.toThrow();
    // A file that takes longer than the time to fetch.
    expect(() => requireFit({ ...load, roundedBytes: 75e6 * 160 }, 3072, limits)).toThrow('would not load');
    // Less than a processor rounds that much slower.
    const half = { ...LARGEST, memoryMib: 885, turnSeconds: 300 };
    const small = await loadOf({ ...QWEN_1_5B, num_hidden_layers: 2, vocab_size: 10_000 }, 'int8', 0.3e9);
    const seconds = (small.shape.body + small.shape.head) / 14e6;
    const within = (more: number) => () =>
      requireFit(small, 10, { ...half, turnSeconds: 2 * seconds + more });
    expect(within(0)).toThrow('would not round');
    expect(within(20)).not.toThrow();
  });

  it('admits what it computed as the least memory, and refuses a MiB less', async () => {
    const precision = fc.constantFrom(...WEIGHT_PRECISIONS);
    await fc.assert(
      fc.asyncProperty(precision, fc.integer({ min: 1, max: 30_000 }), async (each, maxTokens) => {
        const load = await loadOf(QWEN_1_5B, each, 3.09e9);
        const memoryMib = leastMemoryMib(load.shape, each, maxTokens);
        const limits = { ...LARGEST, memoryMib, turnSeconds: 1e9 };
        expect(() => requireFit(load, maxTokens, limits)).not.toThrow();
        expect(() => requireFit(load, maxTokens, { ...limits, memoryMib: memoryMib - 1 })).toThrow(
          'too large',
        );
        expect(memoryMib * 2 ** 20).toBeGreaterThan(heldBytes(load.shape, each));
      }),
    );
  });
});

describe('the cost of tokens', () => {
  it('falls with the bits, hardly depends on the memory, and is nothing where nothing is loaded', async () => {
    const cost = async (precision: WeightPrecision, memoryMib: number) =>
      lambdaCost(memoryMib)(2247 * 900, await loadOf(QWEN_1_5B, precision, 3.09e9));
    expect(await cost('int8', 10_240)).toBeLessThan(await cost('fp32', 10_240));
    expect((await cost('int8', 5120)) / (await cost('int8', 10_240))).toBeCloseTo(1, 1);
    expect(await cost('int8', 10_240)).toBeGreaterThan(1);
    expect(await cost('int8', 10_240)).toBeLessThan(6);
    expect(lambdaCost(3008)(1e6, undefined)).toBe(0);
  });
});
