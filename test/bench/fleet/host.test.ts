import { expect, test } from 'vitest';
import { hostOf } from '#bench/fleet/host.ts';
import { MOST_PROCESSORS, OWN_ATTENTION } from '#functions/admission/decoder-speed.ts';

/** Tokens/s with 140 positions in the cache, on the two cores that the rates are from, which computed attention with the library. */
function speed(precision: 'int8' | 'int4', rows: number): number {
  const host = hostOf({ model: '0.5B', precision, hostClass: 'avx2', processorShare: 2 / MOST_PROCESSORS });
  const products = host.decodeSeconds(1, rows, 0);
  const attention = host.decodeSeconds(1, rows, 140 * rows) - products;
  return rows / (products + OWN_ATTENTION * attention);
}

test('the bound gives the speeds that were measured with the shape of 0.5B on two AVX2 cores', () => {
  const measured = [
    ['int8', 1, 37],
    ['int8', 8, 180],
    ['int8', 32, 188],
    // Measured as 68 with blocks of 64, whose scales are half as many: a tenth less to read.
    ['int4', 1, 68 * (0.5625 / 0.625)],
    ['int4', 8, 134],
    ['int4', 32, 143],
  ] as const;
  for (const [precision, rows, tokensPerSecond] of measured)
    expect(Math.abs(speed(precision, rows) / tokensPerSecond - 1)).toBeLessThan(0.07);
});

test('prompts too', () => {
  const two = { model: '0.5B', hostClass: 'avx2', processorShare: 2 / MOST_PROCESSORS } as const;
  expect(Math.round(1 / hostOf({ ...two, precision: 'int8' }).prefillSeconds(1))).toBe(321);
  expect(Math.round(1 / hostOf({ ...two, precision: 'int4' }).prefillSeconds(1))).toBe(198);
});

test('steps take as long together as one after the other', () => {
  const host = hostOf({ model: '1.5B', precision: 'int8', hostClass: 'avx512' });
  const apart = host.decodeSeconds(10, 4, 400) + host.decodeSeconds(7, 4, 440);
  expect(host.decodeSeconds(17, 4, 400)).toBeCloseTo(apart, 9);
});

test('memory bounds the rows of a large model', () => {
  const rowsOf = (model: '1.5B' | '7B') => hostOf({ model, precision: 'int8', hostClass: 'avx2' }).rows;
  expect(rowsOf('1.5B')).toBe(16);
  expect(rowsOf('7B')).toBe(4);
});
