/**
 * The orthogonal discrete cosine transform of the second kind over elements that stand at the same place in each of several stretches
 * of a vector.
 */
export class CosineTransform {
  readonly #size: number;
  readonly #stretch: number;
  /** [to, from] */
  readonly #cosines: Float64Array;
  /** [to, place], of four places */
  readonly #sums: Float64Array;

  /**
   * @param size - stretches
   * @param stretch - elements of each
   */
  constructor(size: number, stretch: number) {
    this.#size = size;
    this.#stretch = stretch;
    this.#sums = new Float64Array(4 * size);
    this.#cosines = Float64Array.from({ length: size * size }, (_, at) => {
      const [to, from] = [Math.floor(at / size), at % size];
      return Math.sqrt((to === 0 ? 1 : 2) / size) * Math.cos((Math.PI * (from + 0.5) * to) / size);
    });
  }

  /** Transforms the elements from `first` on, in place. */
  apply(values: Float64Array, first: number): void {
    if (this.#size === 1) return;
    // Those of a model's widths are in fours; tests have others.
    const step = this.#stretch % 4 === 0 ? 4 : 1;
    for (let at = first; at < first + this.#stretch; at += step)
      if (step === 4) this.#fourPlaces(values, at);
      else this.#onePlace(values, at);
  }

  #onePlace(values: Float64Array, first: number): void {
    const [size, stretch, cosines, sums] = [this.#size, this.#stretch, this.#cosines, this.#sums];
    for (let to = 0; to < size; to++) {
      let sum = 0;
      for (let from = 0; from < size; from++)
        sum += (values[first + from * stretch] as number) * (cosines[to * size + from] as number);
      sums[to] = sum;
    }
    for (let to = 0; to < size; to++) values[first + to * stretch] = sums[to] as number;
  }

  /** The same sums of four places beside each other, which do not wait for one another. */
  #fourPlaces(values: Float64Array, first: number): void {
    const size = this.#size;
    const stretch = this.#stretch;
    const cosines = this.#cosines;
    const sums = this.#sums;
    for (let to = 0; to < size; to++) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let from = 0, at = first; from < size; from++, at += stretch) {
        const cosine = cosines[to * size + from] as number;
        a += (values[at] as number) * cosine;
        b += (values[at + 1] as number) * cosine;
        c += (values[at + 2] as number) * cosine;
        d += (values[at + 3] as number) * cosine;
      }
      sums[4 * to] = a;
      sums[4 * to + 1] = b;
      sums[4 * to + 2] = c;
      sums[4 * to + 3] = d;
    }
    for (let to = 0, at = first; to < size; to++, at += stretch) {
      values[at] = sums[4 * to] as number;
      values[at + 1] = sums[4 * to + 1] as number;
      values[at + 2] = sums[4 * to + 2] as number;
      values[at + 3] = sums[4 * to + 3] as number;
    }
  }
}
