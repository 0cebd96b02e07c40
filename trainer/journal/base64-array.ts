/**
 * Little-endian words as base64, exact for fp32: how journals store token ids and log-probabilities. Array memory is
 * taken as it is: all hosts of the engine are little-endian.
 */
export function encodeArray(values: Int32Array | Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

export function decodeInts(text: string): Int32Array {
  return decoded(Int32Array, text);
}

export function decodeFloats(text: string): Float32Array {
  return decoded(Float32Array, text);
}

function decoded<T extends Int32Array | Float32Array>(kind: new (length: number) => T, text: string): T {
  const values = new kind(Math.floor(Buffer.byteLength(text, 'base64') / 4));
  Buffer.from(values.buffer).write(text, 'base64');
  return values;
}
