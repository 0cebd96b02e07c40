import type { WeightPrecision } from '../graph/weight-precision.ts';

export type Quantised = Exclude<WeightPrecision, 'fp32'>;

/** Rises with every change of how weights are rounded or laid out. */
const VERSION = 4;

/** A precision and how it is made, such as `int8-2`: the same weights rounded under the same name are the same bytes. */
export function roundingName(precision: Quantised): string {
  return `${precision}-${VERSION}`;
}

/** The file of a model folder that holds the model in a precision. */
export function quantisedFile(precision: Quantised): string {
  return `oneshot-${roundingName(precision)}.safetensors`;
}
