/** Time kept free for storing a part and sending two messages. */
export const CLOSING_MS = 5_000;
/** The time that a worker has for a shard. */
export interface TurnClock {
  /**
   * Whether there is time for one more piece of work, be it half as long again as the longest between two calls so far, and then to
   * store so many bytes: as far as that takes no longer than the turn has worked, or turns would come to nothing but storing.
   */
  goesOn(heldBytes: number): boolean;
  /** Until nothing may be stored any more but the part; infinite where nobody ends this worker. */
  storingMs(): number;
}

/**
 * @param remainingMs - until the host ends this worker; infinite where nobody does
 * @param msToStore - that so many bytes take
 */
export function turnClock(remainingMs: () => number, msToStore: (bytes: number) => number): TurnClock {
  const start = remainingMs();
  let last = start;
  let longest = 0;
  return {
    goesOn: (heldBytes) => {
      const left = remainingMs();
      longest = Math.max(longest, last - left);
      last = left;
      const storing = Math.min(msToStore(heldBytes), start - left);
      return !(left < 1.5 * longest + CLOSING_MS + storing); // of endless time nothing is less
    },
    storingMs: () => remainingMs() - CLOSING_MS,
  };
}
