import { sum } from '#shared/metrics/sum.ts';

/** Arrays of different lengths as the engine takes them: one after another, in one array. */

/** Repeats each value as often as its count says. @returns [Σ counts] */
export function spread(values: readonly number[], counts: readonly number[]): Float32Array {
  const all = new Float32Array(sum(counts));
  let offset = 0;
  for (const [b, count] of counts.entries()) {
    all.fill(values[b] as number, offset, offset + count);
    offset += count;
  }
  return all;
}

/** All arrays one after another. Neighbours that `split` has cut are joined without a copy. @returns [Σ lengths] */
export function concat<T extends Int32Array | Float32Array>(
  kind: { new (length: number): T; new (buffer: ArrayBufferLike, byteOffset: number, length: number): T },
  arrays: readonly T[],
): T {
  const size = sum(arrays.map(({ length }) => length));
  const [first] = arrays;
  if (first && adjoin(arrays)) return new kind(first.buffer, first.byteOffset, size);
  const all = new kind(size);
  let offset = 0;
  for (const array of arrays) {
    all.set(array, offset);
    offset += array.length;
  }
  return all;
}

/** Whether each array begins in memory where the one before ends. */
function adjoin(arrays: readonly (Int32Array | Float32Array)[]): boolean {
  return arrays.every((array, i) => {
    const before = arrays[i - 1];
    return (
      !before ||
      (array.buffer === before.buffer && array.byteOffset === before.byteOffset + before.byteLength)
    );
  });
}

/** Cuts [Σ lengths] values back into pieces of the given lengths, views of the same memory. */
export function split<T extends Int32Array | Float32Array>(values: T, lengths: Iterable<number>): T[] {
  let offset = 0;
  return Array.from(lengths, (length) => {
    offset += length;
    return values.subarray(offset - length, offset) as T;
  });
}
