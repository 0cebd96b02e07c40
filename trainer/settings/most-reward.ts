/** Of a single reward, either way: advantages and returns of a whole step are finite in fp32 then. */
export const MOST_REWARD = 1e6;
