import type { z } from 'zod';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import type { RunSettings, TrainingExample } from '../settings/config.ts';

/** An experiment by name: a small delta on the defaults of `RunSettings`. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly settings: Omit<z.input<typeof RunSettings>, 'recipe'>;
  /** Training examples; `null`: the user names a file of them. A few-shot set is repeated to fill a step. */
  readonly data: RecipeData | null;
  /** Folder of a model that comes with the package; `null`: the user names one. */
  readonly model: string | null;
  /** No benchmarks: checkpoints are not evaluated, unless the user names some. */
  readonly evaluation: EvaluationSettings;
}

export type RecipeData =
  /** A released file under the data folder. */
  | { readonly kind: 'file'; readonly file: string }
  /** π_j of the paper by rank j, from 1: rows of DSR-sub by the variance of their accuracy history. */
  | { readonly kind: 'ranks'; readonly ranks: readonly number[] }
  /** So many rows of DSR-sub, drawn by a seed. */
  | { readonly kind: 'random'; readonly count: number; readonly seed: number }
  /** Made on the spot. */
  | { readonly kind: 'made'; readonly make: () => readonly TrainingExample[] };
