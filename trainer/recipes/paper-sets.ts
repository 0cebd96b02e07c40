import type { ExampleSource } from '../data/example-source.ts';
import type { Recipe } from './recipe.ts';

/** A training set of the paper, with what training on it needs to be told. */
export interface PaperSet {
  /** Stands in the recipe's title. */
  readonly title: string;
  readonly data: ExampleSource;
  readonly settings?: Partial<Recipe['settings']>;
}

const ranks = (...list: number[]): ExampleSource => ({ kind: 'ranks', ranks: list });
const oneShot = (rank: number): PaperSet => ({ title: `π${rank}`, data: ranks(rank) });

/** One example each. @see arXiv:2504.20571, Tab. 3 */
export const oneShotSets = {
  pi2: oneShot(2),
  pi4: oneShot(4),
  pi7: oneShot(7),
  pi11: oneShot(11),
  pi13: oneShot(13),
  pi16: oneShot(16),
  pi17: oneShot(17),
  pi605: oneShot(605),
  pi606: oneShot(606),
  pi1201: oneShot(1201),
  pi1207: oneShot(1207),
  pi1208: oneShot(1208),
  pi1209: oneShot(1209),
  /** The sub-problem that π1 comes down to; the paper states neither label nor suffix [P Tab. 18]. */
  'pi1-prime': {
    title: 'π1′, the last step of π1',
    data: {
      kind: 'made',
      make: () => [
        { id: 'pi1-prime', prompt: 'Calculate $\\sqrt[3]{2048}$.', bare: true, answer: '12.7', repeats: 1 },
      ],
    },
  },
} as const satisfies Record<string, PaperSet>;

/** Sixteen of DSR-sub: the paper's draw is not published, this one is by seed 1. */
const random16: PaperSet = { title: '16 random examples', data: { kind: 'random', count: 16, seed: 1 } };

/** More than one example. @see arXiv:2504.20571, Tab. 1, 4, 8 */
export const fewShotSets = {
  'pi1-pi2': { title: '{π1, π2}', data: ranks(1, 2) },
  'pi1-pi13': { title: '{π1, π13}', data: ranks(1, 13) },
  '4-shot': { title: '{π1, π2, π13, π1209}', data: ranks(1, 2, 13, 1209) },
  '16-shot': { title: '{π1 … π16}', data: ranks(...Array.from({ length: 16 }, (_, index) => index + 1)) },
  'random-16': random16,
} as const satisfies Record<string, PaperSet>;

/** All 1209 examples, less the two whose labels no completion could match. */
export const dsrSub: PaperSet = {
  title: 'DSR-sub',
  data: { kind: 'file', file: 'train/dsr_sub.jsonl' },
  settings: { data: { invalidLabels: 'skip' } },
};
