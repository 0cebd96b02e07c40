import { paperRecipe } from './paper.ts';

/**
 * The paper's first experiment: one example, 128 rows of it, GRPO.
 *
 * @see arXiv:2504.20571 §3.1, Tab. 1
 */
export const pi1 = paperRecipe({
  name: 'pi1',
  title: '1-shot RLVR with π1, as the paper trains Qwen2.5-Math-1.5B',
  data: { kind: 'file', file: 'train/pi1.jsonl' },
});
