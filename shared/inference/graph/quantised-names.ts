/** Weights and activations of 8 bits are numbers from -127 to 127. */
export const LARGEST_INT8 = 127;
/** What stands for 0 in their bytes. */
export const INT8_ZERO = 128;
/** Weights in 4 bits that share a multiplier, which is at most `LARGEST_MULTIPLIER`, so that products with it are of 8 bits. */
export const INT4_BLOCK = 32;
export const LARGEST_MULTIPLIER = 15;

/** The tensors that turn values of a model of less bits, [size, size]: see `Rotations`. */
export const TURNS = { embedding: 'turn.embedding', inner: 'turn.inner' } as const;

export interface QuantisedNames {
  readonly weight: string;
  readonly scales: string;
  readonly bias: string;
  readonly multipliers: string;
}

/** The tensors of a quantised matrix. */
export function quantisedNames(matrix: string): QuantisedNames {
  return {
    weight: `${matrix}.weight`,
    scales: `${matrix}.scales`,
    bias: `${matrix}.bias`,
    multipliers: `${matrix}.multipliers`,
  };
}

/** Blocks of a column of K weights in 4 bits. */
export function blocksOf(inner: number): number {
  return Math.ceil(inner / INT4_BLOCK);
}
