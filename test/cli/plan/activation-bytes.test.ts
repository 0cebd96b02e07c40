import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { layerBytes, layerInputBytes } from '#cli/plan/activation-bytes.ts';
import { shapes } from './shapes.ts';

interface Case {
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly precision: 'fp32' | 'bf16';
  readonly gradientCheckpointing: boolean;
  /** What torch keeps, as test/trainer/engine/test_activations.py finds it. */
  readonly bytesPerToken: number;
}

// The file holds what the interface says.
const cases = JSON.parse(readFileSync('test/golden/activations.json', 'utf8')) as readonly Case[];

it.each(cases)('a layer keeps what torch keeps of it: $hidden, $precision, $gradientCheckpointing', (one) => {
  const { precision, gradientCheckpointing, bytesPerToken } = one;
  const shape = { ...shapes['135M'], ...one, headDim: one.hidden / one.heads };
  expect(gradientCheckpointing ? layerInputBytes(shape) : layerBytes(shape, precision)).toBe(bytesPerToken);
});
