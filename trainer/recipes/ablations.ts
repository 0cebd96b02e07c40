import { pi1 } from './pi1.ts';
import type { Recipe } from './recipe.ts';

type Delta = Pick<Recipe['settings'], 'loss' | 'optim' | 'data' | 'sampling'> & { readonly steps?: number };

const noPolicy = { policyCoefficient: 0 };
const noKl = { klCoefficient: 0 };
const noEntropy = { entropyCoefficient: 0 };
const optim = { weightDecay: 0 };
const label = (labelOverride: string): Delta => ({ data: { labelOverride } });

/** Rows of Tab. 5, in its order; row 5 is the recipe `pi1` itself. @see arXiv:2504.20571, §4.1, Fig. 5, Fig. 12 */
const deltas: readonly (readonly [name: string, title: string, delta: Delta])[] = [
  [
    'no-loss',
    'every loss and weight decay off (row 1)',
    { loss: { ...noPolicy, ...noKl, ...noEntropy }, optim },
  ],
  ['policy-only', 'the policy loss alone (row 2)', { loss: { ...noKl, ...noEntropy }, optim }],
  ['policy-decay', 'policy loss and weight decay (row 3)', { loss: { ...noKl, ...noEntropy } }],
  ['entropy-off', 'no entropy loss (row 4)', { loss: noEntropy }],
  ['entropy-0.003', 'three times the entropy loss (row 6)', { loss: { entropyCoefficient: 0.003 } }],
  ['policy-entropy', 'policy and entropy loss (row 7)', { loss: noKl, optim }],
  ['policy-entropy-off', 'weight decay and KL alone (row 8)', { loss: { ...noPolicy, ...noEntropy } }],
  ['policy-off', 'no policy loss (row 9)', { loss: noPolicy }],
  // It collapses after an early peak; Tab. 6 stops at 20 steps.
  ['entropy-only', 'the entropy loss alone (row 10)', { loss: { ...noPolicy, ...noKl }, optim, steps: 20 }],
  ['label-12.7', 'the true label 12.7 (row 11)', label('12.7')],
  ['label-4', 'the guessable wrong label 4 (row 12)', label('4')],
  ['label-9292725', 'the unguessable label 9292725 (row 13)', label('9292725')],
  ['decay-off', 'no weight decay', { optim }],
  ['kl-off', 'no KL loss', { loss: noKl }],
  ['temperature-1', 'temperature 1.0', { sampling: { temperature: 1 } }],
];

/** What single parts of the recipe `pi1` contribute. */
export const ablations: readonly Recipe[] = deltas.map(([name, title, delta]) => ({
  ...pi1,
  name: `pi1-${name}`,
  title: `π1: ${title}`,
  settings: { ...pi1.settings, ...delta },
}));
