import type { EvaluationSettings } from '#shared/benchmarks/evaluation-request.ts';
import type { ExampleSource } from '../data/example-source.ts';
import type { Recipe } from './recipe.ts';

/** How the paper scores every checkpoint: six sets; `paper-train` on MATH500 is the validation inside its own loop. */
export const paperEvaluation: EvaluationSettings = {
  benchmarks: ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'],
  template: 'qwen25-math-cot',
  graders: ['reward', 'benchmark', 'paper-eval', 'paper-train'],
};

/**
 * A recipe of the paper: the defaults of `RunSettings` are those of its Qwen2.5-Math-1.5B runs, its training grader is
 * added here, and `settings` is what the experiment changes.
 *
 * @see Wang et al. 2025, arXiv:2504.20571, §3.1
 */
export function paperRecipe({
  name,
  title,
  data,
  settings,
}: {
  readonly name: string;
  readonly title: string;
  readonly data: ExampleSource;
  readonly settings?: Partial<Recipe['settings']>;
}): Recipe {
  return {
    name,
    title,
    settings: { steps: 2000, reward: { kind: 'verifier', mode: 'paper-train' }, ...settings },
    data,
    model: null,
    evaluation: paperEvaluation,
  };
}
