import { microPi1 } from './micro-pi1.ts';
import type { Recipe } from './recipe.ts';

const { settings } = microPi1;
const { loss, optim, sampling } = settings;

type Delta = Partial<Recipe['settings']>;
const label = (labelOverride: string): Delta => ({ data: { labelOverride } });

/** The paper's ablations in the microcosm, with what was measured there. */
const deltas: readonly (readonly [name: string, title: string, delta: Delta])[] = [
  [
    'policy-only',
    'the policy loss alone does as well as all terms',
    { loss: { ...loss, klCoefficient: 0, entropyCoefficient: 0 }, optim: { ...optim, weightDecay: 0 } },
  ],
  [
    'policy-off',
    'without policy and entropy loss nothing happens',
    { loss: { ...loss, policyCoefficient: 0, entropyCoefficient: 0 } },
  ],
  [
    'entropy-only',
    'the entropy loss alone collapses',
    { loss: { ...loss, policyCoefficient: 0, klCoefficient: 0 }, optim: { ...optim, weightDecay: 0 } },
  ],
  ['label-49', 'a wrong label that is easily guessed teaches guessing', label('49')],
  ['label-98', 'a wrong label that is never guessed', label('98')],
  ['temperature-1', 'temperature 1.0', { sampling: { ...sampling, temperature: 1 } }],
];

export const microAblations: readonly Recipe[] = deltas.map(([name, title, delta]) => ({
  ...microPi1,
  name: `micro-${name}`,
  title: `Microcosm: ${title}`,
  settings: { ...settings, ...delta },
}));
