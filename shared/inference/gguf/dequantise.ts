/**
 * Blocks of ggml's quantised types as fp32, exactly: a product of a scale and a quantum has at most 24 bits, and where a
 * minimum is added the sum is rounded once. Scales are fp16 in every type.
 * @see https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c
 */
import { fp32OfFp16 } from '../number-formats.ts';
import { BLOCKS, type GgufType } from './tensor-types.ts';

export type QuantisedType = Exclude<GgufType, 'F32' | 'F16' | 'BF16'>;

/** Writes the elements of the block that begins at `at` to `out`, from `to` on. */
type ReadBlock = (bytes: Uint8Array, at: number, out: Float32Array, to: number) => void;

const readers: Readonly<Record<QuantisedType, ReadBlock>> = {
  Q4_0: readQ40,
  Q4_1: readQ41,
  Q8_0: readQ80,
  Q4_K: readQ4K,
  Q6_K: readQ6K,
};

/** @param bytes - whole blocks */
export function dequantise(type: QuantisedType, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const block = BLOCKS[type];
  const out = new Float32Array((bytes.length / block.bytes) * block.elements);
  const read = readers[type];
  for (let at = 0, to = 0; at < bytes.length; at += block.bytes, to += block.elements)
    read(bytes, at, out, to);
  return out;
}

/** Scale, then 16 bytes: low halves are the first 16 elements, high halves the others. */
function readQ40(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = half(bytes, at);
  for (let i = 0; i < 16; i++) {
    const byte = bytes[at + 2 + i] as number;
    out[to + i] = scale * ((byte & 15) - 8);
    out[to + 16 + i] = scale * ((byte >> 4) - 8);
  }
}

/** Scale, minimum, then as Q4_0. */
function readQ41(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = half(bytes, at);
  const minimum = half(bytes, at + 2);
  for (let i = 0; i < 16; i++) {
    const byte = bytes[at + 4 + i] as number;
    out[to + i] = scale * (byte & 15) + minimum;
    out[to + 16 + i] = scale * (byte >> 4) + minimum;
  }
}

/** Scale, then 32 signed bytes. */
function readQ80(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const scale = half(bytes, at);
  for (let i = 0; i < 32; i++) out[to + i] = scale * signed(bytes[at + 2 + i] as number);
}

/** Scale of scales, scale of minima, 12 bytes of scales and minima, 128 bytes of halves: 8 groups of 32. */
function readQ4K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const ofScales = half(bytes, at);
  const ofMinima = half(bytes, at + 2);
  for (let group = 0; group < 8; group++) {
    const scale = ofScales * sixBits(bytes, at + 4, group, 0);
    const minimum = ofMinima * sixBits(bytes, at + 4, group, 4);
    const from = at + 16 + 32 * (group >> 1);
    const shift = 4 * (group & 1);
    for (let i = 0; i < 32; i++)
      out[to + 32 * group + i] = scale * (((bytes[from + i] as number) >> shift) & 15) - minimum;
  }
}

/**
 * The scale or minimum of a group: of the first four groups the low six bits of a byte of their own; of the others the low
 * four bits lie in a byte that a scale and a minimum share, the high two above those of a group before.
 *
 * @param at - where the 12 bytes begin
 * @param kind - 0: the scale, whose byte is the first and whose half is the low one; 4: the minimum
 */
function sixBits(bytes: Uint8Array, at: number, group: number, kind: 0 | 4): number {
  if (group < 4) return (bytes[at + kind + group] as number) & 63;
  const low = ((bytes[at + 4 + group] as number) >> kind) & 15;
  return low | (((bytes[at + kind + group - 4] as number) >> 6) << 4);
}

/** 128 bytes of low fours, 64 of high twos, 16 signed scales, scale of scales: 8 groups of 32 with two scales each. */
function readQ6K(bytes: Uint8Array, at: number, out: Float32Array, to: number): void {
  const ofScales = half(bytes, at + 208);
  for (let group = 0; group < 8; group++) {
    const quarter = group & 3; // of one half of the elements, whose high twos lie in the same 32 bytes
    const lowAt = at + 64 * (group >> 2) + 32 * (quarter & 1);
    const highAt = at + 128 + 32 * (group >> 2);
    for (let i = 0; i < 32; i++) {
      const low = ((bytes[lowAt + i] as number) >> (4 * (quarter >> 1))) & 15;
      const high = ((bytes[highAt + i] as number) >> (2 * quarter)) & 3;
      const scale = ofScales * signed(bytes[at + 192 + 2 * group + (i >> 4)] as number);
      out[to + 32 * group + i] = scale * ((low | (high << 4)) - 32);
    }
  }
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}

/** Every fp16 by its word. */
const HALVES = new Float32Array(fp32OfFp16(Uint16Array.from({ length: 65_536 }, (_, word) => word)).buffer);

function half(bytes: Uint8Array, at: number): number {
  return HALVES[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number;
}
