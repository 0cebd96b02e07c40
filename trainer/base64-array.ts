/** Little-endian words as base64, exact for fp32: how journals store token ids and log-probabilities. */
export function encodeArray(values: Int32Array | Float32Array): string {
  const swapped = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    if (values instanceof Int32Array) swapped.setInt32(i * 4, value, true);
    else swapped.setFloat32(i * 4, value, true);
  });
  return Buffer.from(swapped.buffer).toString('base64');
}

export function decodeInts(text: string): Int32Array {
  const view = viewOf(text);
  return Int32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getInt32(i * 4, true));
}

export function decodeFloats(text: string): Float32Array {
  const view = viewOf(text);
  return Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

function viewOf(text: string): DataView {
  const bytes = Buffer.from(text, 'base64');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
