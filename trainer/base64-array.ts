/**
 * Little-endian words as base64, exact for fp32: how journals store token ids and log-probabilities. Array memory is
 * taken as it is: all hosts of the engine are little-endian.
 */
export function encodeArray(values: Int32Array | Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

export function decodeFloats(text: string): Float32Array {
  return decodeAllFloats([text]);
}

/** Encoded arrays, one after another. */
export function decodeAllInts(texts: readonly string[]): Int32Array {
  return decoded(Int32Array, texts);
}

/** Encoded arrays, one after another. */
export function decodeAllFloats(texts: readonly string[]): Float32Array {
  return decoded(Float32Array, texts);
}

/** How many words an encoded array holds. */
export function encodedLength(text: string): number {
  return Math.floor(Buffer.byteLength(text, 'base64') / 4);
}

function decoded<T extends Int32Array | Float32Array>(
  kind: new (length: number) => T,
  texts: readonly string[],
): T {
  const all = new kind(texts.reduce((total, text) => total + encodedLength(text), 0));
  const bytes = Buffer.from(all.buffer);
  let offset = 0;
  for (const text of texts) offset += bytes.write(text, offset, 4 * encodedLength(text), 'base64');
  return all;
}
