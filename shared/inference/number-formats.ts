/** Words of floating-point formats, turned into those of another. Names: fp32 has 8 bits of exponent, bf16 as well, fp16 has 5. */

const SIGN = 0x8000_0000;
const INFINITY = 0x7f80_0000;

/** Rounds fp32 to bf16, to the nearest and halves to even; what is not a number stays none. */
export function bf16OfFp32(words: Uint32Array): Uint16Array<ArrayBuffer> {
  const rounded = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const isNan = (word & ~SIGN) > INFINITY;
    // Of what is no number, some bit of its fraction must stay; the highest says that it is quiet.
    rounded[i] = isNan ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return rounded;
}

/** A loop, since `from` with a function is many times slower. @param widened - where they go, new memory by default */
export function fp32OfBf16(
  words: Uint16Array,
  widened = new Uint32Array(words.length),
): Uint32Array<ArrayBuffer> {
  for (let i = 0; i < words.length; i++) widened[i] = (words[i] as number) << 16;
  return widened;
}

/** Exact: every fp16 is an fp32. @param widened - where they go, new memory by default */
export function fp32OfFp16(
  words: Uint16Array,
  widened = new Uint32Array(words.length),
): Uint32Array<ArrayBuffer> {
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const sign = (word & 0x8000) << 16;
    const exponent = (word >>> 10) & 0x1f;
    const fraction = word & 0x3ff;
    value[0] = fraction * 2 ** -24; // where there is no leading one
    if (exponent === 0x1f) widened[i] = sign | INFINITY | (fraction << 13);
    else if (exponent > 0) widened[i] = sign | ((exponent + 112) << 23) | (fraction << 13);
    else widened[i] = sign | (bits[0] as number);
  }
  return widened;
}
