import { describe, expect, it } from 'vitest';
import { assignAdvantages } from '#trainer/advantages/assign-advantages.ts';
import type { Scored } from '#trainer/rollouts/rollout.ts';
import { RunSettings } from '#trainer/settings/config.ts';

function settings(changes: object) {
  return RunSettings.parse({ recipe: 'test', steps: 1, samples: 2, ...changes });
}

function rollout(reward: number, tokens: number, changes: Partial<Scored> = {}): Scored {
  return {
    row: 0,
    sample: 0,
    example: 'e',
    prompt: Int32Array.of(1),
    completion: new Int32Array(tokens),
    truncated: false,
    text: '',
    samplerLogprobs: new Float32Array(tokens),
    verdict: 'correct',
    reason: '',
    extracted: null,
    reward,
    oldLogprobs: null,
    referenceLogprobs: null,
    values: null,
    ...changes,
  };
}

describe('assignAdvantages', () => {
  it('compares the samples of a row, whatever their prompts', () => {
    const advantages = assignAdvantages(
      [1, 0, 1, 1].map((reward, b) => rollout(reward, 2, { row: b >> 1 })),
      settings({}),
    );
    expect(advantages.map(({ advantage }) => advantage)).toEqual([
      expect.closeTo(Math.SQRT1_2, 5),
      expect.closeTo(-Math.SQRT1_2, 5),
      0,
      0,
    ]);
  });

  it('takes the KL estimate off the reward, where it belongs to the reward', () => {
    const scored = [
      rollout(1, 2, { oldLogprobs: Float32Array.of(-1, -2), referenceLogprobs: Float32Array.of(-1.5, -3) }),
      rollout(1, 1, { oldLogprobs: Float32Array.of(-1), referenceLogprobs: Float32Array.of(-1) }),
    ];
    const loss = { klPlacement: 'reward', klCoefficient: 0.1 };
    const [one, other] = assignAdvantages(scored, settings({ loss, advantage: { estimator: 'reinforce' } }));
    expect(one?.advantage).toBeCloseTo(1 - 0.1 * (0.5 + 1), 6);
    expect(other?.advantage).toBe(1);
  });

  it('estimates token by token with a critic, and whitens over the batch', () => {
    const scored = [
      rollout(1, 3, { values: Float32Array.of(0.2, 0.5, 0.9, 0.7) }),
      rollout(0, 2, { values: Float32Array.of(0.4, 0.1, 0.3) }),
    ];
    const [long, short] = assignAdvantages(scored, settings({ advantage: { estimator: 'gae' } }));
    expect(long?.advantage).toBeNull();
    const read = (values: Float32Array = new Float32Array()) =>
      Array.from(values, (value) => Number(value.toFixed(5)));
    expect(read(long?.critic?.advantages)).toEqual([1.3013, 0.67164, -0.16791]);
    expect(read(short?.critic?.advantages)).toEqual([-1.21735, -0.58769]);
    expect(read(long?.critic?.returns)).toEqual([1, 1, 1, 0]);
    expect(read(long?.critic?.values)).toEqual([0.2, 0.5, 0.9, 0.7]);
  });

  it('has no place after the last token of a completion that fills all tokens', () => {
    const full = rollout(1, 2, { values: Float32Array.of(0.2, 0.5, 9) });
    const [only] = assignAdvantages(
      [full],
      settings({ advantage: { estimator: 'gae' }, sampling: { maxTokens: 2 } }),
    );
    expect(only?.critic?.values[2]).toBe(0);
  });
});
