import { expect, test } from 'vitest';
import { hostOf } from '#bench/fleet/host.ts';
import { MOST_PROCESSORS, OWN_ATTENTION } from '#functions/admission/decoder-speed.ts';

/** Tokens/s with 140 positions in the cache, on the two cores that the rates are from, which computed attention with the library. */
function speed(rows: number): number {
  const two = { hostClass: 'avx2', processorShare: 2 / MOST_PROCESSORS } as const;
  const host = hostOf({ model: '0.5B', precision: 'int8', ...two });
  const products = host.decodeSeconds(1, rows, 0);
  const attention = host.decodeSeconds(1, rows, 140 * rows) - products;
  return rows / (products + OWN_ATTENTION * attention);
}

test('the bound gives the speeds that were measured with the shape of 0.5B on two AVX2 cores', () => {
  const measured = [
    [1, 37],
    [8, 180],
    [32, 188],
  ] as const;
  for (const [rows, tokensPerSecond] of measured)
    expect(Math.abs(speed(rows) / tokensPerSecond - 1)).toBeLessThan(0.07);
});

test.each([
  ['int4', 'avx2', 8, 0.76 * 128],
  ['int4', 'avx2', 16, 0.76 * 135],
  ['int8', 'avx512', 16, 220],
  ['int4', 'avx512', 16, 252],
] as const)(
  'and with that of 1.5B and 512 positions: %s, %s, %d rows',
  (precision, hostClass, rows, measured) => {
    const host = hostOf({ model: '1.5B', precision, hostClass, processorShare: 2 / MOST_PROCESSORS });
    const speed = rows / host.decodeSeconds(1, rows, 512 * rows);
    expect(Math.abs(speed / measured - 1)).toBeLessThan(0.07);
  },
);

test('prompts too', () => {
  const two = { model: '0.5B', hostClass: 'avx2', processorShare: 2 / MOST_PROCESSORS } as const;
  expect(Math.round(1 / hostOf({ ...two, precision: 'int8' }).prefillSeconds(1))).toBe(321);
  expect(Math.round(1 / hostOf({ ...two, precision: 'int4' }).prefillSeconds(1))).toBe(475);
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
