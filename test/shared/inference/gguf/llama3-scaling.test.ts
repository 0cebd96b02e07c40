import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { llama3Scaling } from '#shared/inference/gguf/llama3-scaling.ts';
import { inverseFrequencies } from '#shared/inference/graph/rotary.ts';
import type { Llama3Scaling } from '#shared/inference/model-config.ts';

/** As llama.cpp makes them: what each frequency is divided by. */
function factorsOf(scaling: Llama3Scaling, theta: number, headDim: number): Float32Array {
  const plain = inverseFrequencies({ theta, llama3: undefined }, headDim);
  const scaled = inverseFrequencies({ theta, llama3: scaling }, headDim);
  return plain.map((frequency, i) => frequency / (scaled[i] as number));
}

const llama31 = { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalContext: 8192 };

describe('llama3Scaling', () => {
  it.each([
    ['Llama 3.1 8B', llama31, 128],
    ['Llama 3.2 1B', { ...llama31, factor: 32 }, 64],
    ['Llama 3.2 3B', { ...llama31, factor: 32 }, 128],
  ])('finds the numbers of %s', (_, scaling, headDim) => {
    expect(llama3Scaling(factorsOf(scaling, 500_000, headDim), 500_000)).toEqual(scaling);
  });

  it('finds numbers that make the same factors', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 64 }),
        fc.constantFrom(1, 2),
        fc.constantFrom(4, 5, 8),
        fc.constantFrom(512, 2048, 8192, 16_384),
        fc.constantFrom(64, 128),
        (factor, lowFreqFactor, times, originalContext, headDim) => {
          const scaling = { factor, lowFreqFactor, highFreqFactor: lowFreqFactor * times, originalContext };
          const factors = factorsOf(scaling, 500_000, headDim);
          const found = llama3Scaling(factors, 500_000);
          expect(found).toBeDefined();
          for (const [i, value] of factorsOf(found ?? scaling, 500_000, headDim).entries())
            expect(Math.abs(value / (factors[i] as number) - 1)).toBeLessThan(1e-5);
        },
      ),
    );
  });

  it('is none where nothing is stretched', () => {
    expect(llama3Scaling(new Float32Array(32).fill(1), 10_000)).toBeUndefined();
  });

  it('takes no factors that Llama 3 would not have', () => {
    const factors = factorsOf(llama31, 500_000, 128);
    factors[40] = 2.5;
    for (const other of [
      factors,
      Float32Array.from({ length: 32 }, (_, i) => 1 + i),
      new Float32Array(4).fill(2),
    ])
      expect(() => llama3Scaling(other, 500_000)).toThrow(/rope_freqs\.weight/);
  });
});
