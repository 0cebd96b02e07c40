/** Activations are multiplied as numbers from -127 to 127. */
export const LARGEST_INT8_ACTIVATION = 127;
/** Weights as numbers from -63 to 63: the sum of two products with activations then fits 16 bits. */
export const LARGEST_INT8_WEIGHT = 63;
/** Weights in 4 bits that share a scale. */
export const INT4_BLOCK = 32;

/** The tensors of a quantised matrix. */
export function quantisedNames(matrix: string): { readonly weight: string; readonly scales: string } {
  return { weight: `${matrix}.weight`, scales: `${matrix}.scales` };
}
