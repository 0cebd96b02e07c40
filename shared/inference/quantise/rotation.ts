import { RandomStream } from '../../sampling/random-stream.ts';

/**
 * An orthogonal matrix that spreads each element of a vector over all of them: random signs, a Hadamard matrix over the power of
 * two in its size, a cosine transform over what remains. A model whose weights are turned by it computes the same with
 * activations that have no outliers, and those lose less when they are rounded.
 *
 * @see Ashkboos et al. 2024, "QuaRot: Outlier-Free 4-Bit Inference in Rotated LLMs"
 */
export class Rotation {
  readonly size: number;
  readonly #signs: Float64Array;
  /** The power of two in the size. */
  readonly #two: number;
  /** [rest, rest] */
  readonly #cosines: Float64Array;
  readonly #sums: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#two = size & -size;
    const random = new RandomStream(size, 0);
    this.#signs = Float64Array.from({ length: size }, () => (random.next() < 0.5 ? -1 : 1));
    const rest = size / this.#two;
    this.#cosines = cosineTransform(rest);
    this.#sums = new Float64Array(rest);
  }

  /** Turns the elements from `first` on, in place. */
  turn(values: Float64Array, first = 0): void {
    const signs = this.#signs;
    const scale = 1 / Math.sqrt(this.#two);
    for (let i = 0; i < this.size; i++)
      values[first + i] = (values[first + i] as number) * (signs[i] as number) * scale;
    for (let start = 0; start < this.size; start += this.#two) hadamard(values, first + start, this.#two);
    this.#mix(values, first);
  }

  /** The matrix R of `turn`, which makes x into x·R: [size, size]. */
  matrix(): Float32Array {
    const { size } = this;
    const rows = new Float32Array(size * size);
    const row = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      row.fill(0);
      row[i] = 1;
      this.turn(row);
      rows.set(row, i * size);
    }
    return rows;
  }

  /** The cosine transform over elements that stand at the same place in each power of two. */
  #mix(values: Float64Array, first: number): void {
    const sums = this.#sums;
    const cosines = this.#cosines;
    const two = this.#two;
    const rest = sums.length;
    if (rest === 1) return;
    for (let start = first; start < first + two; start++) {
      for (let to = 0; to < rest; to++) {
        let sum = 0;
        for (let from = 0; from < rest; from++)
          sum += (values[start + from * two] as number) * (cosines[from * rest + to] as number);
        sums[to] = sum;
      }
      for (let to = 0; to < rest; to++) values[start + to * two] = sums[to] as number;
    }
  }
}

/** The product of a vector, whose length is a power of two, by the Hadamard matrix of ones and minus ones. */
function hadamard(values: Float64Array, first: number, length: number): void {
  const end = first + length;
  for (let half = 1; half < length; half *= 2)
    for (let start = first; start < end; start += 2 * half)
      for (let i = start; i < start + half; i++) {
        const a = values[i] as number;
        const b = values[i + half] as number;
        values[i] = a + b;
        values[i + half] = a - b;
      }
}

/** The orthogonal discrete cosine transform of the second kind, [size, size]. */
function cosineTransform(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [from, to] = [Math.floor(at / size), at % size];
    return Math.sqrt((to === 0 ? 1 : 2) / size) * Math.cos((Math.PI * (from + 0.5) * to) / size);
  });
}
