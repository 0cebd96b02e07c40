/** The time, injected so that cores stay pure. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
