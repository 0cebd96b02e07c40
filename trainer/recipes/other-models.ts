import { paperRecipe } from './paper.ts';
import { dsrSub, fewShotSets, oneShotSets, type PaperSet } from './paper-sets.ts';
import { pi1 } from './pi1.ts';
import type { Recipe } from './recipe.ts';

type Settings = Partial<Recipe['settings']>;

interface Model {
  readonly title: string;
  readonly settings: Settings;
  /** How evaluation prompts are formatted. */
  readonly template: Recipe['evaluation']['template'];
  readonly sets: Readonly<Record<string, PaperSet>>;
}

const pi1Set: PaperSet = { title: 'π1', data: { kind: 'file', file: 'train/pi1.jsonl' } };
const { pi605, pi1209 } = oneShotSets;
const { 'pi1-pi13': pi1pi13, '4-shot': four, '16-shot': sixteen, 'random-16': random16 } = fewShotSets;
/** After so many steps the paper stops before the collapse. @see arXiv:2504.20571, Tab. 13 */
const entropyOnly = (steps: number): PaperSet => ({
  ...pi1Set,
  title: 'π1, the entropy loss alone',
  settings: { steps, loss: { policyCoefficient: 0, klCoefficient: 0 }, optim: { weightDecay: 0 } },
});

/** The paper's other models and what it trains each of them on. @see arXiv:2504.20571, Tab. 4, B.4 */
const models: Readonly<Record<string, Model>> = {
  '7b': {
    title: 'Qwen2.5-Math-7B',
    settings: { steps: 1000 },
    template: 'qwen25-math-cot',
    sets: {
      pi1: pi1Set,
      pi605,
      pi1209,
      'pi1-pi13': pi1pi13,
      '4-shot': four,
      '16-shot': sixteen,
      'random-16': random16,
      'dsr-sub': dsrSub,
      'dsr-sub-format': {
        ...dsrSub,
        title: 'DSR-sub, format reward',
        settings: { reward: { kind: 'verifier', mode: 'format' } },
      },
      'entropy-only': entropyOnly(4),
    },
  },
  llama: {
    title: 'Llama-3.2-3B-Instruct',
    settings: { steps: 1000 },
    template: 'chat',
    sets: {
      pi1: pi1Set,
      'pi1-pi13': pi1pi13,
      '4-shot': four,
      'dsr-sub': dsrSub,
      'entropy-only': entropyOnly(10),
    },
  },
  'r1-distill': {
    title: 'DeepSeek-R1-Distill-Qwen-1.5B',
    // Longer completions, of which only what follows the thought is graded [C issue 3].
    settings: {
      steps: 1200,
      reward: { kind: 'verifier', mode: 'paper-train', text: 'after-think' },
      sampling: { maxTokens: 8192 },
      loss: { aggregation: { kind: 'micro-batch-token-mean', microBatchTokens: 32_768 } },
    },
    template: 'chat',
    sets: { pi1: pi1Set, '4-shot': four, '16-shot': sixteen, 'dsr-sub': dsrSub },
  },
};

export const otherModels: readonly Recipe[] = Object.entries(models).flatMap(([model, { sets, ...of }]) =>
  Object.entries(sets).map(([name, set]) => ({
    ...paperRecipe({ ...set, name: `${model}-${name}`, title: `${of.title} with ${set.title}` }),
    settings: { ...pi1.settings, ...of.settings, ...set.settings },
    evaluation: { ...pi1.evaluation, template: of.template },
  })),
);
