import { trainingExample } from '#shared/benchmarks/microcosm/training-example.ts';
import type { Recipe } from './recipe.ts';

/** 1-shot RLVR in the microcosm: what `oneshot demo` shows. Settings found by experiment on two CPU cores. */
export const microPi1: Recipe = {
  name: 'micro-pi1',
  title: '1-shot RLVR in the microcosm',
  settings: {
    steps: 60,
    prompts: 16,
    prompt: { suffix: '' },
    sampling: { maxPromptTokens: 32, maxTokens: 64 },
    loss: { aggregation: { kind: 'global-token-mean' } },
    optim: { learningRate: 1e-4, zeroLrFirstStep: false },
    checkpointEvery: 5,
    // Whatever the machine has: half a million parameters gain nothing from it, and a run's bits depend on it.
    sampler: { kind: 'engine' },
    engine: { device: 'cpu', precision: 'fp32', threads: 1 },
  },
  data: {
    kind: 'made',
    make: () => {
      const { id, problem, answer } = trainingExample;
      return [{ id, prompt: problem, bare: true, answer, repeats: 1 }];
    },
  },
  model: 'habit-62-46',
  evaluation: {
    benchmarks: [
      'micro-math500',
      'micro-aime24',
      'micro-amc23',
      'micro-minerva',
      'micro-olympiad',
      'micro-aime25',
    ],
    template: 'chat',
    graders: ['reward'],
  },
};
