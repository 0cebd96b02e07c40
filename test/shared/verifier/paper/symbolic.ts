import { decimalPrecision } from '#shared/adapters/decimal/decimal-precision.ts';
import { exactUnits } from '#shared/adapters/units/exact-units.ts';
import { paperAlgebra } from '#shared/verifier/paper/algebra.ts';

/** The algebra that the paper's graders use in the product. */
export const symbolic = paperAlgebra(decimalPrecision, exactUnits);
