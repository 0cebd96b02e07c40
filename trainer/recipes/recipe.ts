/**
 * Experiments by name. A recipe says what differs from the defaults of `../settings/config.ts`; `recipes.ts`
 * lists them all.
 */
import type { z } from 'zod';
import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import type { ExampleSource } from '../data/example-source.ts';
import type { RunSettings } from '../settings/config.ts';

/** An experiment by name: a small delta on the defaults of `RunSettings`. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly settings: Omit<z.input<typeof RunSettings>, 'recipe'>;
  /** Training examples; `null`: the user names a file of them. A few-shot set is repeated to fill a step. */
  readonly data: ExampleSource | null;
  /** Folder of a model that comes with the package; `null`: the user names one. */
  readonly model: string | null;
  /** No benchmarks: checkpoints are not evaluated, unless the user names some. */
  readonly evaluation: EvaluationSettings;
}
