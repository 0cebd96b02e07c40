/** Longest time for one completion: 3072 tokens at 2 tokens/s, which is a large model on a CPU. */
export const REQUEST_MS = 1_800_000;
/** Loading may read a large model from a slow disk. */
export const LOAD_MS = 900_000;
/** A server that is alive answers at once, unless its machine is busy. */
export const HEALTH_MS = 5_000;
