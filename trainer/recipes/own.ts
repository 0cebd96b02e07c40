import type { Recipe } from './recipe.ts';

/** A user's own examples, without the quirks of the paper's code: every token counts the same, every step trains. */
export const own: Recipe = {
  name: 'own',
  title: 'Your own examples and reward: --data FILE [--reward FILE] --model DIR',
  settings: {
    steps: 200,
    loss: { aggregation: { kind: 'global-token-mean' } },
    optim: { zeroLrFirstStep: false },
  },
  data: null,
  model: null,
  evaluation: { benchmarks: [], template: 'chat', graders: ['reward'] },
};
