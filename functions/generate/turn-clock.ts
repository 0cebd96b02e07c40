/** Time kept free for storing a part and sending two messages. */
export const CLOSING_MS = 5_000;
/** Of a turn's time: kept free for storing the keys and values of what is open. */
const CLOSING_SHARE = 0.05;
/** At which these are stored, at least: half of what others report of one function and S3. */
const STORED_BYTES_PER_MS = 40e3;

/** The time that a worker has for a shard. */
export interface TurnClock {
  /** Whether there is time for one more piece of work, be it half as long again as the longest between two calls so far. */
  goesOn(): boolean;
  /** Whether so many bytes can be stored, and the turn closed after it. */
  canStore(bytes: number): boolean;
}

/** @param remainingMs - until the host ends this worker; infinite where nobody does */
export function turnClock(remainingMs: () => number): TurnClock {
  let last = remainingMs();
  let longest = 0;
  const closingMs = Math.max(CLOSING_MS, CLOSING_SHARE * last);
  return {
    goesOn: () => {
      const left = remainingMs();
      longest = Math.max(longest, last - left);
      last = left;
      return !(left < 1.5 * longest + closingMs); // of endless time nothing is less
    },
    canStore: (bytes) => remainingMs() > CLOSING_MS + bytes / STORED_BYTES_PER_MS,
  };
}
