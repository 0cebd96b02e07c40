import { fullSet } from '#shared/benchmarks/microcosm/full-set.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import type { TrainingExample } from '../data/training-example.ts';
import { microPi1 } from './micro-pi1.ts';
import type { Recipe } from './recipe.ts';

/** The 1,209 examples of the microcosm. */
function allExamples(): TrainingExample[] {
  return fullSet().map(({ id, problem, answer }) => ({
    id,
    prompt: problem,
    bare: true,
    answer: [answer].flat()[0] as string, // each has one
    repeats: 1,
  }));
}

/** The upper bar of the microcosm: the same training on 1,209 examples instead of one. */
const microFull: Recipe = {
  ...microPi1,
  name: 'micro-full',
  title: 'RLVR on the full training set of the microcosm',
  data: { kind: 'made', make: allExamples },
};

const fewShot = (count: number): Recipe => ({
  ...microFull,
  name: `micro-${count}-shot`,
  title: `RLVR on ${count} examples of the microcosm`,
  data: { kind: 'made', make: () => new RandomStream(1, 0).shuffle(allExamples()).slice(0, count) },
});

const wrongLabels = (share: number): Recipe => ({
  ...microFull,
  name: `micro-wrong-${share * 100}`,
  title: `RLVR on the full training set of the microcosm, ${share * 100} % of its labels wrong`,
  settings: { ...microFull.settings, data: { wrongLabels: { share } } },
});

/** Training sets of the microcosm besides its one example. */
export const microSets: readonly Recipe[] = [
  fewShot(4),
  fewShot(16),
  microFull,
  wrongLabels(0.6),
  wrongLabels(0.9),
];
