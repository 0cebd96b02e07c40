import { fullSet } from '#shared/benchmarks/microcosm/full-set.ts';
import { microPi1 } from './micro-pi1.ts';
import type { Recipe } from './recipe.ts';

/** The upper bar of the microcosm: the same training on 1,209 examples instead of one. */
export const microFull: Recipe = {
  ...microPi1,
  name: 'micro-full',
  title: 'RLVR on the full training set of the microcosm',
  data: {
    kind: 'made',
    make: () =>
      fullSet().map(({ id, problem, answer }) => ({
        id,
        prompt: problem,
        bare: true,
        answer: [answer].flat()[0] as string, // each has one
        repeats: 1,
      })),
  },
};
