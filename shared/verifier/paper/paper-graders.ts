import type { Precision } from '../../ports/precision.ts';
import type { Units } from '../../ports/units.ts';
import type { PaperGraders } from '../verification.ts';
import { paperAlgebra } from './algebra.ts';
import { gradeAsPaper } from './grade-as-paper.ts';

/** The two graders of the paper's code, as the part that `createVerifier` takes for its modes `paper-train` and `paper-eval`. */
export function paperGraders({
  precision,
  units,
}: {
  readonly precision: Precision;
  readonly units: Units;
}): PaperGraders {
  const symbolic = paperAlgebra(precision, units);
  return { grade: (input, mode, goldType) => gradeAsPaper(input, mode, goldType, symbolic) };
}
