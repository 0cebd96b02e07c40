import { describe, expect, it } from 'vitest';
import { dequantise, type QuantisedType } from '#shared/inference/gguf/dequantise.ts';
import blocks from '../../../golden/inference/gguf/blocks.json' with { type: 'json' };

describe('dequantise', () => {
  it.each(Object.entries(blocks))('gives the bits of gguf-py for random blocks of %s', (type, golden) => {
    // The keys are the types that the generator knows.
    const values = dequantise(type as QuantisedType, Buffer.from(golden.blocks, 'base64'));
    expect(Buffer.from(values.buffer).equals(Buffer.from(golden.values, 'base64'))).toBe(true);
  });

  it('gives infinities and what is no number on', () => {
    const block = new Uint8Array(34).fill(1);
    block.set([0x00, 0x7c]); // a scale of infinity
    expect(dequantise('Q8_0', block)[0]).toBe(Number.POSITIVE_INFINITY);
    block.set([0x01, 0x7c]);
    expect(dequantise('Q8_0', block)[0]).toBeNaN();
  });
});
