/** What the matrices of a model are stored and multiplied in; everything else is fp32. */
export const WEIGHT_PRECISIONS = ['fp32', 'int8', 'int4'] as const;
export type WeightPrecision = (typeof WEIGHT_PRECISIONS)[number];
