import type { z } from 'zod';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import type { RunSettings } from '../config.ts';

/** An experiment by name: a small delta on the defaults of `RunSettings`. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly settings: Omit<z.input<typeof RunSettings>, 'recipe'>;
  /** Training examples: a file under the data folder, or those of the microcosm, one or all. */
  readonly data: { readonly file: string } | 'micro-pi1' | 'micro-full';
  /** Folder of a model that comes with the package; `null`: the user names one. */
  readonly model: string | null;
  readonly evaluation: EvaluationSettings;
}
