/** Of a worker that has stored nothing yet: half of what others report of one function and S3. */
const ASSUMED_BYTES_PER_MS = 40e3;
/** Of what was measured last, reckoned with: the next time may be worse. */
export const CAUTION = 0.5;

/** How fast a worker stores keys and values, as it has measured. */
export class StoringSpeed {
  #bytesPerMs = ASSUMED_BYTES_PER_MS;

  readonly msToStore = (bytes: number): number => bytes / this.#bytesPerMs;

  /** @param ms - that it took to store so many bytes, several objects at a time */
  measured(bytes: number, ms: number): void {
    if (bytes > 0 && ms > 0) this.#bytesPerMs = (CAUTION * bytes) / ms;
  }
}
