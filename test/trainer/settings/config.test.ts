import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignAdvantages } from '#trainer/advantages/assign-advantages.ts';
import { assignSettings } from '#trainer/settings/assign-settings.ts';
import { checkBatch } from '#trainer/settings/check-batch.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { MOST_REWARD } from '#trainer/settings/most-reward.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';
import { learningRateOf } from '#trainer/update/learning-rate.ts';
import { tokenWeights } from '#trainer/update/token-weights.ts';
import { madeUpRollout } from '../made-up-rollout.ts';

const defaults = RunSettings.parse({ recipe: 'own', steps: 10 });

/** Numbers at the edges of number formats, of both signs, and what lies between. */
const EDGES = [
  ...[0, 5e-324, 1e-300, 1e-45, 1e-30, 1e-6, 0.001, 0.5, 0.999999, 1 - 2 ** -53, 1, 2, 100, 1000, 1e5, 1e6],
  ...[999_999, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e16, 1e39, 1e200, 1e308, Number.MAX_VALUE],
];
const numbers = fc.oneof(
  fc.constantFrom(...EDGES, ...EDGES.map((value) => -value)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Any setting with any value; most are refused. */
const assignments = fc.array(
  fc
    .tuple(fc.constantFrom(...settingSchemas.keys()), fc.oneof(numbers, fc.tuple(numbers, numbers)))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`),
  { maxLength: 12 },
);
const estimators = fc.constantFrom('grpo', 'dr-grpo', 'reinforce', 'gae');

/** Settings with what is accepted of the assignments. */
function accepted(given: readonly string[]): RunSettings {
  return given.reduce((settings, assignment) => {
    try {
      return assignSettings(settings, [assignment]);
    } catch {
      return settings; // refused
    }
  }, defaults);
}

describe('settings that are accepted', () => {
  it('are finite numbers of fp32, and where they divide not 0 there', () => {
    fc.assert(
      fc.property(assignments, (given) => {
        const settings = accepted(given);
        for (const value of numbersOf(settings)) expect(Number.isFinite(Math.fround(value))).toBe(true);
        const { optim, critic, sampling, loss, reward } = settings;
        for (const { eps, betas } of [optim, critic.optim]) {
          expect(Math.fround(eps)).toBeGreaterThan(0);
          for (const beta of betas) expect(1 - Math.fround(beta)).toBeGreaterThan(0);
        }
        expect(Number.isFinite(1e6 / Math.fround(sampling.temperature))).toBe(true);
        expect(Math.fround(loss.klClamp)).toBeGreaterThan(0);
        expect(Number.isFinite(Math.log(1 + loss.clipHigh))).toBe(true);
        expect(learningRateOf(2, optim)).toBe(optim.learningRate);
        // A timer that is set for longer ends at once.
        if (reward.kind === 'module') expect(10 * reward.deadlineMs).toBeLessThan(2 ** 31);
      }),
      { numRuns: 500 },
    );
  });

  it('give finite advantages and token weights, whatever the rewards', () => {
    const rewards = fc.array(
      fc.oneof(
        fc.double({ min: -MOST_REWARD, max: MOST_REWARD, noNaN: true }),
        fc.constantFrom(0, 1, 0.1, 1e-200, 5e-324, -5e-324, 1e-160),
      ),
      { minLength: 2, maxLength: 12 },
    );
    fc.assert(
      fc.property(assignments, estimators, rewards, (given, estimator, values) => {
        const settings = assignSettings(accepted(given), [`advantage.estimator=${estimator}`]);
        const scored = values.map((reward) => ({
          ...madeUpRollout('7'),
          reward,
          oldLogprobs: Float32Array.of(-1, -80),
          referenceLogprobs: Float32Array.of(-80, -1),
          values: Float32Array.of(1, -1, 1e6),
        }));
        for (const { advantage, critic } of assignAdvantages(scored, settings)) {
          const all = critic ? [...critic.advantages, ...critic.returns] : [Math.fround(advantage as number)];
          expect(all.every(Number.isFinite), `${all} of ${values}`).toBe(true);
        }
        const { aggregation } = settings.loss;
        const ranks = 'ranks' in aggregation ? { ranks: 1 } : {};
        const lengths = values.map((_, b) => ({ prompt: 1, completion: b + 1 }));
        for (const weight of tokenWeights(lengths, { ...aggregation, ...ranks }))
          expect(Math.fround(weight)).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'optim.betas=[1,1]',
    'optim.betas=[0.9,1]',
    'optim.betas=[-0.1,0.9]',
    'optim.eps=1e-300',
    'optim.learningRate=1e39',
    'critic.optim.learningRate=1e39',
    'loss.clipHigh=1e308',
    'loss.clipLow=2',
    'loss.entropyCoefficient=3e38',
    'sampling.temperature=1e-300',
    'advantage.epsilon=-1',
    'steps=1000000',
    'reward.value=1e200',
    'reward.deadlineMs=2147483647',
  ])('are not %s', (assignment) => {
    expect(() => assignSettings(defaults, [assignment])).toThrow(
      expect.objectContaining({ code: 'setting-invalid' }),
    );
  });
});

describe('a group of one completion', () => {
  const settled = (...given: string[]) => checkBatch(assignSettings(defaults, ['samples=1', ...given]));

  it('is refused where advantages compare the completions of a prompt', () => {
    for (const estimator of ['grpo', 'dr-grpo']) {
      expect(() => settled(`advantage.estimator=${estimator}`)).toThrow(
        expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining('--samples 2') }),
      );
    }
  });

  it('is taken where they do not, or where rows of one prompt are compared', () => {
    settled('advantage.estimator=reinforce');
    settled('advantage.groupBy=prompt');
  });
});

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}
