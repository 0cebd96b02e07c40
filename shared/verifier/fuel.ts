/** The work one verdict may cost; far above what any honest answer needs, and a few milliseconds at most. */
export const FUEL_PER_VERDICT = 60_000;

/** Thrown by `Fuel.spend` and caught where a verdict is made, nowhere else. */
export class OutOfFuel extends Error {
  override name = 'OutOfFuel';
}

/** Counts work instead of time, so that the same arguments always end in the same verdict. */
export class Fuel {
  readonly limit: number;
  #left: number;

  constructor(limit: number = FUEL_PER_VERDICT) {
    this.limit = limit;
    this.#left = limit;
  }

  /** @throws {OutOfFuel} when nothing is left */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw new OutOfFuel('the fuel of this verdict is spent');
  }

  get spent(): number {
    return Math.min(this.limit, this.limit - this.#left);
  }
}
