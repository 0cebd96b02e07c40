import { decimalPrecision } from '#shared/adapters/decimal/decimal-precision.ts';
import { exactUnits } from '#shared/adapters/units/exact-units.ts';
import { createVerifier } from '#shared/verifier/create-verifier.ts';
import type { Verifier } from '#shared/verifier/verification.ts';

/** A verifier that knows no gold yet. */
export function newVerifier(): Verifier {
  return createVerifier({ precision: decimalPrecision, units: exactUnits });
}
