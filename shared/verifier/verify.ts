import { decimalPrecision } from '../adapters/decimal/decimal-precision.ts';
import { createVerifier } from './create-verifier.ts';

/** The verifier of Node, with its arithmetic of many digits; elsewhere inject one into `createVerifier`. */
export const {
  verify,
  verifyModes,
  explain,
  goldFault,
  version: verifierVersion,
} = createVerifier({ precision: decimalPrecision });
