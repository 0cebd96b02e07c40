/**
 * Little-endian words as base64, exact for fp32: how journals store token ids and log-probabilities. Array memory is
 * taken as it is: all hosts of the engine are little-endian.
 */
export function encodeArray(values: Int32Array | Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

export function decodeInts(text: string): Int32Array {
  return new Int32Array(alignedBytes(text));
}

export function decodeFloats(text: string): Float32Array {
  return new Float32Array(alignedBytes(text));
}

/** How many words an encoded array holds. */
export function encodedLength(text: string): number {
  return Math.floor(Buffer.byteLength(text, 'base64') / 4);
}

/** Bytes in memory of their own, since a buffer of Node may begin anywhere in a shared one. */
function alignedBytes(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
