/** Largest magnitude of a single reward: within it advantages and returns of a whole step stay finite in fp32. */
export const MOST_REWARD = 1e6;
