import { decimalPrecision } from '../adapters/decimal/decimal-precision.ts';
import { exactUnits } from '../adapters/units/exact-units.ts';
import { createVerifier } from './create-verifier.ts';
import { paperGraders } from './paper/paper-graders.ts';

const parts = { precision: decimalPrecision, units: exactUnits };

/** The verifier of Node, with all its parts and modes; elsewhere give `createVerifier` those that are needed. */
export const {
  verify,
  verifyModes,
  explain,
  goldFault,
  version: verifierVersion,
} = createVerifier({ ...parts, paper: paperGraders(parts) });

export type {
  Explanation,
  GoldType,
  Mode,
  Verification,
  Verifier,
  VerifyInput,
  VerifyOptions,
} from './verification.ts';
