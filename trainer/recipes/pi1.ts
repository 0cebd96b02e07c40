import type { Recipe } from './recipe.ts';

/**
 * The paper's first experiment: one example, 128 rows of it, GRPO. Grades with the `reward` verifier.
 *
 * @see arXiv:2504.20571 §3.1, Tab. 1
 */
export const pi1: Recipe = {
  name: 'pi1',
  title: '1-shot RLVR with π1, as the paper trains Qwen2.5-Math-1.5B',
  settings: { steps: 2000 },
  data: { kind: 'file', file: 'train/pi1.jsonl' },
  model: null,
  evaluation: {
    benchmarks: ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'],
    template: 'chat',
    graders: ['reward'],
  },
};
