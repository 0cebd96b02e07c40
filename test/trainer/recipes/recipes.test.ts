import { describe, expect, it } from 'vitest';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import { goldFault } from '#shared/verifier/verify.ts';
import { recipeByName, recipes } from '#trainer/recipes/recipes.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const settingsOf = (name: string) => RunSettings.parse({ ...recipeByName(name).settings, recipe: name });

describe('recipes', () => {
  it('have names of their own, settings that hold, and benchmarks that exist', () => {
    expect(new Set(recipes.map(({ name }) => name)).size).toBe(recipes.length);
    for (const { name, title, evaluation } of recipes) {
      expect(name).toMatch(/^[a-z0-9][a-z0-9.-]{0,30}$/);
      expect(title).not.toBe('');
      expect(settingsOf(name).recipe).toBe(name);
      for (const benchmark of evaluation.benchmarks) expect(benchmarkByName(benchmark).name).toBe(benchmark);
    }
  });

  it('that make their examples on the spot make ones that can be graded', () => {
    const made = recipes.flatMap(({ data }) => (data?.kind === 'made' ? [data.make()] : []));
    for (const examples of made) {
      expect(examples.length).toBeGreaterThan(0);
      expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
      for (const { answer } of examples) expect(goldFault(answer)).toBeUndefined();
    }
  });

  it('of the paper keep its training grader, its rows and its suffix', () => {
    for (const { name } of recipes.filter(({ evaluation }) => evaluation.benchmarks.includes('math500'))) {
      const { reward, prompts, samples, prompt, optim } = settingsOf(name);
      expect(reward.kind === 'verifier' && reward.mode).toBe(
        name.endsWith('format') ? 'format' : 'paper-train',
      );
      expect([prompts, samples, optim.learningRate, optim.zeroLrFirstStep]).toEqual([128, 8, 1e-6, true]);
      expect(prompt.suffix).toBe(" Let's think step by step and output the final answer within \\boxed{}.");
    }
  });

  /** Tab. 5 of the paper: policy loss, weight decay, KL loss, entropy loss, label. */
  it.each([
    ['pi1-no-loss', 0, 0, 0, 0, null],
    ['pi1-policy-only', 1, 0, 0, 0, null],
    ['pi1-policy-decay', 1, 0.01, 0, 0, null],
    ['pi1-entropy-off', 1, 0.01, 0.001, 0, null],
    ['pi1', 1, 0.01, 0.001, 0.001, null],
    ['pi1-entropy-0.003', 1, 0.01, 0.001, 0.003, null],
    ['pi1-policy-entropy', 1, 0, 0, 0.001, null],
    ['pi1-policy-entropy-off', 0, 0.01, 0.001, 0, null],
    ['pi1-policy-off', 0, 0.01, 0.001, 0.001, null],
    ['pi1-entropy-only', 0, 0, 0, 0.001, null],
    ['pi1-label-12.7', 1, 0.01, 0.001, 0.001, '12.7'],
    ['pi1-label-4', 1, 0.01, 0.001, 0.001, '4'],
    ['pi1-label-9292725', 1, 0.01, 0.001, 0.001, '9292725'],
  ])('%s switches what its row of Tab. 5 says', (name, policy, decay, kl, entropy, label) => {
    const { loss, optim, data } = settingsOf(name);
    const { policyCoefficient, klCoefficient, entropyCoefficient } = loss;
    expect([
      policyCoefficient,
      optim.weightDecay,
      klCoefficient,
      entropyCoefficient,
      data.labelOverride,
    ]).toEqual([policy, decay, kl, entropy, label]);
  });

  it('of other models differ where the paper says so', () => {
    expect(settingsOf('7b-pi1').steps).toBe(1000);
    expect(settingsOf('llama-pi1').steps).toBe(1000);
    const distilled = settingsOf('r1-distill-dsr-sub');
    expect(distilled).toMatchObject({
      steps: 1200,
      sampling: { maxTokens: 8192 },
      reward: { mode: 'paper-train', text: 'after-think' },
      loss: { aggregation: { kind: 'micro-batch-token-mean', microBatchTokens: 32_768, ranks: 8 } },
      data: { invalidLabels: 'skip' },
    });
    expect(
      ['7b-entropy-only', 'llama-entropy-only', 'pi1-entropy-only'].map((name) => settingsOf(name).steps),
    ).toEqual([4, 10, 20]);
    expect(recipeByName('llama-pi1').evaluation.template).toBe('chat');
    expect(recipeByName('7b-pi1').evaluation.template).toBe('qwen25-math-cot');
  });

  it('of the microcosm add no suffix, and one part changes at a time', () => {
    for (const { name } of recipes.filter(({ name }) => name.startsWith('micro-'))) {
      expect(settingsOf(name)).toMatchObject({ prompt: { suffix: '' }, prompts: 16, steps: 60 });
    }
    const base = settingsOf('micro-pi1');
    const label = settingsOf('micro-label-49');
    expect({ ...label, recipe: base.recipe, data: base.data }).toEqual(base);
    expect(settingsOf('micro-temperature-1').sampling).toEqual({ ...base.sampling, temperature: 1 });
  });

  it('that are near are named when a name is unknown', () => {
    expect(() => recipeByName('pi0')).toThrow(/no recipe pi0. Did you mean pi1\? .*oneshot recipes/);
  });
});
