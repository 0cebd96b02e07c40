import { philox4x32, to53Bits } from './philox.ts';

/**
 * A sequence of random numbers for procedural data and resampling, named by its seed and stream. Two streams
 * never share a number; the same names give the same sequence on every machine.
 */
export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #stream: number;
  #position = 0;

  /** @param seed - 0 ≤ seed < 2^53. @param stream - a 32-bit word */
  constructor(seed: number, stream: number) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    this.#stream = stream >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  next(): number {
    const words = philox4x32(
      [this.#position >>> 0, Math.floor(this.#position / 2 ** 32), this.#stream, 0],
      this.#key,
    );
    this.#position += 1;
    return to53Bits(words[0], words[1]);
  }

  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** One element, all equally likely. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** A new array in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}
