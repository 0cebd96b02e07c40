import { type AutomaticValues, plainValues } from '#trainer/settings/automatic.ts';
import type { SettledGeneration } from '../evaluate/automatic-generation.ts';
import { ONNX } from '../evaluate/choose-generator.ts';

/** What a machine decides of a run that is new, where nobody says so. */
export interface Decided {
  readonly values: AutomaticValues;
  /** Who makes evaluated completions. */
  readonly scoring: SettledGeneration;
}

/** Where no machine is looked at. */
export const UNDECIDED: Decided = {
  values: plainValues,
  scoring: { generation: ONNX, reason: 'no machine was looked at' },
};
