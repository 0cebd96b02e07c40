import type { z } from 'zod';
import type { EvaluationSettings } from '../evaluation-settings.ts';
import type { RunSettings } from '../config.ts';

/** An experiment by name: a small delta on the defaults of `RunSettings`. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly settings: Omit<z.input<typeof RunSettings>, 'recipe'>;
  /** Where the training examples come from: a file under the data folder, or examples made on the spot. */
  readonly data: { readonly file: string } | { readonly examples: 'micro-one' };
  /** A model folder that comes with the package, or `null`: the user names one. */
  readonly model: string | null;
  readonly evaluation: EvaluationSettings;
}
