import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bf16OfFp32, fp32OfBf16, fp32OfFp16 } from '#shared/inference/number-formats.ts';

const word = fc.oneof(
  fc.nat({ max: 0xffff_ffff }),
  // Around halves, where rounding decides, and around infinity.
  fc
    .tuple(fc.nat({ max: 0xffff }), fc.constantFrom(0, 1, 0x7fff, 0x8000, 0x8001, 0xffff))
    .map(([a, b]) => a * 0x1_0000 + b),
  fc.constantFrom(
    0x7f80_0000,
    0xff80_0000,
    0x7f80_0001,
    0xffff_ffff,
    0x7f7f_ffff,
    0xff7f_ffff,
    0,
    0x8000_0000,
  ),
);

function floatOf(fp32: number): number {
  return new Float32Array(Uint32Array.of(fp32).buffer)[0] as number;
}
const round = (fp32: number) => bf16OfFp32(Uint32Array.of(fp32))[0] as number;
const widen = (bf16: number) => fp32OfBf16(Uint16Array.of(bf16))[0] as number;
/** What a bf16 beyond the largest would be, so that infinity has a distance. */
const distance = (bf16: number, value: number) => {
  const near = floatOf(widen(bf16));
  return Math.abs((Number.isFinite(near) ? near : Math.sign(near) * 2 ** 128) - value);
};

describe('fp32 as bf16', () => {
  it('is the nearest there is, of two that are as near the even one; no number stays none', () => {
    fc.assert(
      fc.property(word, (fp32) => {
        const [value, rounded] = [floatOf(fp32), round(fp32)];
        expect(rounded >>> 15).toBe(fp32 >>> 31);
        if (!Number.isFinite(value)) {
          expect(floatOf(widen(rounded))).toBe(value);
          return;
        }
        const magnitude = rounded & 0x7fff;
        const neighbours = [magnitude - 1, magnitude + 1].filter((other) => other >= 0 && other <= 0x7f80);
        for (const other of neighbours) {
          const [mine, its] = [distance(rounded, value), distance(other | (rounded & 0x8000), value)];
          expect(mine).toBeLessThanOrEqual(its);
          if (mine === its) expect(rounded & 1).toBe(0);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('is unchanged where it was one', () => {
    const all = Uint16Array.from({ length: 0x1_0000 }, (_, i) => i);
    const quiet = (bf16: number) => ((bf16 & 0x7fff) > 0x7f80 ? bf16 | 0x40 : bf16);
    expect(bf16OfFp32(fp32OfBf16(all))).toEqual(all.map(quiet));
  });
});

it('every fp16 has its value as fp32', () => {
  const all = Uint16Array.from({ length: 0x1_0000 }, (_, i) => i);
  const values = new Float32Array(fp32OfFp16(all).buffer);
  const expected = Array.from(all, (half) => {
    const sign = half >>> 15 ? -1 : 1;
    const [exponent, fraction] = [(half >>> 10) & 31, half & 1023];
    if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
  expect([...values]).toEqual(expected);
});
