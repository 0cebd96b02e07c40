import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import { microPpo } from '#trainer/recipes/micro-ppo.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';

/** Six steps of a fraction of a second each, a checkpoint every second. */
export const smallRun: Recipe = {
  ...microPi1,
  settings: {
    ...microPi1.settings,
    steps: 6,
    prompts: 4,
    samples: 4,
    checkpointEvery: 2,
    sampling: { maxPromptTokens: 32, maxTokens: 32 },
  },
  evaluation: { ...microPi1.evaluation, benchmarks: ['micro-aime25'] },
};

/** The same with a critic. */
export const smallPpoRun: Recipe = {
  ...smallRun,
  settings: {
    ...smallRun.settings,
    advantage: microPpo.settings.advantage,
    critic: microPpo.settings.critic,
  },
};
