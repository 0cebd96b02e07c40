import { benchmarkOf } from '../items.ts';
import type { Problem } from '../records/problems.ts';
import type { VerifyOptions } from '../verifier/verification.ts';
import { keepsUnits } from './registry.ts';

/** What the verifier is told about a problem beside its answer. */
export function verifyOptionsOf({ id, grading }: Pick<Problem, 'id' | 'grading'>): VerifyOptions {
  return { ...grading, keepUnits: keepsUnits(benchmarkOf(id)) };
}
