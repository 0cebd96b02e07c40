import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll } from 'vitest';
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import type { GenerationRequest } from '#shared/ports/generator.ts';
import { microcosm, type Shape, writeRandomModel } from './random-model.ts';

/** Widths that are no multiple of a block, and heads that are padded. */
export const odd: Shape = { ...microcosm, hidden: 52, intermediate: 76, heads: 6, headDim: 10, context: 400 };
/** Of the longest request below, prompt and completion. */
const POSITIONS = 340;
/** Keys and values of a token: of 3 layers, 2 heads of 10 values padded to 16, 4 bytes each. */
export const TOKEN_BYTES = 2 * 3 * 2 * 16 * 4;
/** Of such a row. */
export const ROW_BYTES = POSITIONS * TOKEN_BYTES;

export const oddRequest: fc.Arbitrary<GenerationRequest> = fc.record({
  prompt: fc
    .integer({ min: 1, max: 280 })
    .map((length) => Array.from({ length }, (_, i) => (i * i * 5 + length) % odd.vocabulary)),
  temperature: fc.constantFrom(0, 0.6, 1),
  topP: fc.constantFrom(0.9, 1),
  maxTokens: fc.integer({ min: 1, max: 60 }),
  stop: fc.constant([3, 5]),
  draw: fc.record({ seed: fc.nat(), sample: fc.nat(7), row: fc.nat(9), step: fc.constant(0) }),
});

/** Decoders of one and of three threads, for the tests of the suite that asks for them. */
export function oddDecoders(precision: WeightPrecision): readonly Decoder[] {
  let folder: string;
  const decoders: Decoder[] = [];
  beforeAll(async () => {
    folder = await writeRandomModel(odd);
    for (const threads of [1, 3]) decoders.push(await loadDecoder(folder, { threads, precision }));
  });
  afterAll(async () => {
    for (const decoder of decoders) await decoder.release();
    await rm(folder, { recursive: true });
  });
  return decoders;
}
