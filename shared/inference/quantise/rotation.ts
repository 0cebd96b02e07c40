import { RandomStream } from '../../sampling/random-stream.ts';
import { CosineTransform } from './cosine-transform.ts';
import { hadamard } from './hadamard.ts';

/**
 * An orthogonal matrix that spreads each element of a vector over all of them: random signs, a Hadamard matrix over the power of
 * two in its size, a cosine transform over what remains. A model whose weights are turned by it computes the same with
 * activations that have no outliers, and those lose less when they are rounded.
 *
 * @see Ashkboos et al. 2024, "QuaRot: Outlier-Free 4-Bit Inference in Rotated LLMs"
 */
export class Rotation {
  readonly size: number;
  /** Random signs, each times 1 / sqrt(two). */
  readonly #signs: Float64Array;
  /** The power of two in the size. */
  readonly #two: number;
  readonly #cosines: CosineTransform;

  constructor(size: number) {
    this.size = size;
    this.#two = size & -size;
    const random = new RandomStream(size, 0);
    const scale = 1 / Math.sqrt(this.#two);
    this.#signs = Float64Array.from({ length: size }, () => (random.next() < 0.5 ? -scale : scale));
    this.#cosines = new CosineTransform(size / this.#two, this.#two);
  }

  /** Turns the elements from `first` on, in place. */
  turn(values: Float64Array, first = 0): void {
    const signs = this.#signs;
    const two = this.#two;
    for (let i = 0; i < signs.length; i++)
      values[first + i] = (values[first + i] as number) * (signs[i] as number);
    for (let start = 0; start < signs.length; start += two) hadamard(values, first + start, two);
    this.#cosines.apply(values, first);
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
}
