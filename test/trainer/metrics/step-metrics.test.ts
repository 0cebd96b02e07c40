import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignAdvantages } from '#trainer/advantages/assign-advantages.ts';
import { split, spread } from '#trainer/engine-client/ragged-arrays.ts';
import { decodeFloats, decodeInts, encodeArray } from '#trainer/journal/base64-array.ts';
import { finite } from '#trainer/metrics/finite.ts';
import { stepMetrics } from '#trainer/metrics/step-metrics.ts';
import { openGrader } from '#trainer/rewards/grader.ts';
import { withGrades } from '#trainer/rollouts/rollout.ts';
import { completionLengths, sequencesOf } from '#trainer/rollouts/sequences.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const settings = RunSettings.parse({ recipe: 'test', steps: 1, samples: 2 });
const sampled = ['\\boxed{7}', '\\boxed{8}', '\\boxed{7}', 'seven'].map((text, b) => ({
  row: Math.floor(b / 2),
  sample: b % 2,
  example: { id: 'e', prompt: 'what ?', bare: true, answer: '7', repeats: 2 },
  promptText: 'what ?',
  prompt: Int32Array.of(5, 6),
  completion: Int32Array.from({ length: b + 1 }, (_, i) => i),
  text,
  samplerLogprobs: new Float32Array(b + 1).fill(-0.5),
  truncated: b === 3,
}));
const { grade } = await openGrader({ kind: 'verifier', mode: 'reward', text: 'whole' }, 1, {
  modulePath: () => '',
  python: '',
});
const grades = await grade(sampled, 1);
const unscored = { oldLogprobs: null, referenceLogprobs: null, values: null };
const rolloutsOf = (of: typeof sampled, groupBy: 'row' | 'prompt') =>
  assignAdvantages(
    withGrades(of, grades).map((rollout) => ({ ...rollout, ...unscored })),
    { ...settings, advantage: { ...settings.advantage, groupBy } },
  );
const rollouts = rolloutsOf(sampled, 'row');

describe('withGrades', () => {
  it('rewards right boxed answers and compares within the group of a row', () => {
    expect(rollouts.map(({ reward }) => reward)).toEqual([1, 0, 1, 0]);
    expect(rollouts.map(({ verdict }) => verdict)).toEqual(['correct', 'incorrect', 'correct', 'no-answer']);
    for (const [b, { advantage }] of rollouts.entries())
      expect(advantage).toBeCloseTo(b % 2 === 0 ? Math.SQRT1_2 : -Math.SQRT1_2, 4);
  });

  it('compares all rows of a prompt where a group is a prompt', () => {
    const expected = Math.sqrt(3 / 4); // ±½ over the sample standard deviation of 1, 0, 1, 0
    for (const [b, { advantage }] of rolloutsOf(sampled, 'prompt').entries())
      expect(advantage).toBeCloseTo(b % 2 === 0 ? expected : -expected, 4);
    const others = sampled.map((one) => ({ ...one, prompt: Int32Array.of(5, one.row) }));
    expect(rolloutsOf(others, 'prompt').map(({ advantage }) => advantage)).toEqual(
      rollouts.map(({ advantage }) => advantage),
    );
  });
});

/** The tokens of all completions. */
const TOKENS = 10;
const flat = (value: number) => new Float32Array(TOKENS).fill(value);
const bounds = { clipLow: 0.2, clipHigh: 0.3 };
const report = {
  loss: 1,
  oldLogprobs: flat(-0.5),
  logprobs: flat(-0.5),
  entropy: flat(0.25),
  pg: flat(0),
  kl: flat(0),
};

describe('stepMetrics', () => {
  it('are means over completions and over tokens', () => {
    expect(stepMetrics(rollouts, 2, report, bounds)).toMatchObject({
      'completion/accuracy': 0.5,
      'reward/mean': 0.5,
      'reward/std': 0.5,
      'reward/mixed_group_share': 1,
      'completion/length_mean': 2.5,
      'completion/length_max': 4,
      'completion/length_min': 1,
      'completion/tokens': TOKENS,
      'completion/truncated_share': 0.25,
      'completion/boxed_share': 0.75,
      'prompt/length_mean': 2,
      'prompt/tokens': 8,
      'policy/entropy': 0.25,
      'policy/mismatch_kl': 0,
    });
  });

  it('describe advantages token by token, those of a critic as well', () => {
    const { 'advantage/mean': ofGroups } = stepMetrics(rollouts, 2, report, bounds);
    expect(ofGroups).toBeCloseTo((Math.SQRT1_2 * (1 - 2 + 3 - 4)) / TOKENS, 5);
    const byCritic = rollouts.map((rollout, b) => {
      const advantages = Float32Array.from({ length: b + 1 }, (_, t) => t);
      return { ...rollout, advantage: null, critic: { values: advantages, returns: advantages, advantages } };
    });
    expect(stepMetrics(byCritic, 2, report, bounds)).toMatchObject({
      'advantage/mean': 1,
      'advantage/std': 1,
      'advantage/min': 0,
      'advantage/max': 3,
    });
  });

  it('count verdicts, their reasons, and groups by correct completions', () => {
    const metrics = stepMetrics(rollouts, 2, report, bounds);
    const sumOf = (prefix: string) =>
      Object.entries(metrics).reduce((sum, [name, value]) => sum + (name.startsWith(prefix) ? value : 0), 0);
    expect(metrics).toMatchObject({ 'verdict/correct': 2, 'verdict/incorrect': 1, 'verdict/no-answer': 1 });
    expect(sumOf('reason/')).toBe(4);
    expect(metrics).toMatchObject({ 'group/correct_0': 0, 'group/correct_1': 2, 'group/correct_2': 0 });
    expect(metrics).toMatchObject({
      'group/reward_min': 0.5,
      'group/reward_max': 0.5,
      'group/reward_std': 0,
    });
  });

  it('tell groups whose rewards differ from those that teach nothing', () => {
    const rewards = [1, 1, 0, 1];
    const uneven = rollouts.map((rollout, b) => ({ ...rollout, reward: rewards[b] as number }));
    expect(stepMetrics(uneven, 2, report, bounds)).toMatchObject({
      'reward/mixed_group_share': 0.5,
      'group/reward_min': 0.5,
      'group/reward_max': 1,
      'group/reward_std': 0.25,
    });
  });

  it('show a mismatch between sampler and trainer', () => {
    const metrics = stepMetrics(rollouts, 2, { ...report, oldLogprobs: flat(-1.5) }, bounds);
    expect(metrics['policy/mismatch_kl']).toBeCloseTo(Math.exp(-1) - 1 + 1, 6);
  });

  it('compare the sampler with the trainer before its updates, and the updates with that', () => {
    const metrics = stepMetrics(rollouts, 2, { ...report, logprobs: flat(-0.6) }, bounds);
    expect(metrics['policy/mismatch_kl']).toBe(0);
    expect(metrics['policy/ppo_kl']).toBeCloseTo(0.1, 6);
  });

  it('count a token as clipped on the side that its advantage pushes to', () => {
    // Advantages are +, −, +, − over 1, 2, 3 and 4 tokens.
    const clipped = (ratio: number) => {
      const update = { ...report, oldLogprobs: flat(-1), logprobs: flat(-1 + Math.log(ratio)) };
      const metrics = stepMetrics(rollouts, 2, update, bounds);
      return ['clip_low_share', 'clip_high_share', 'clip_share'].map((name) => metrics[`policy/${name}`]);
    };
    expect(clipped(1)).toEqual([0, 0, 0]);
    expect(clipped(0.79)).toEqual([0.6, 0, 0.6]);
    expect(clipped(0.81)).toEqual([0, 0, 0]);
    expect(clipped(1.29)).toEqual([0, 0, 0]);
    expect(clipped(1.31)).toEqual([0, 0.4, 0.4]);
  });

  it('are finite whatever the log-probabilities', () => {
    for (const sampler of [-0.5, -9999]) {
      const drawn = rollouts.map((rollout, b) => ({
        ...rollout,
        samplerLogprobs: new Float32Array(b + 1).fill(sampler),
      }));
      for (const logprobs of [flat(-1e30), flat(0)])
        expect(() => finite(stepMetrics(drawn, 2, { ...report, logprobs }, bounds))).not.toThrow();
    }
    expect(() => finite({ 'policy/grad_norm': Number.NaN })).toThrow('policy/grad_norm is NaN');
  });
});

describe('sequences', () => {
  it('are all tokens one after another, and streams follow the completions', () => {
    const sequences = sequencesOf(rollouts);
    expect([...sequences.tokens]).toEqual([5, 6, 0, 5, 6, 0, 1, 5, 6, 0, 1, 2, 5, 6, 0, 1, 2, 3]);
    expect([...sequences.lengths]).toEqual([3, 4, 5, 6]);
    expect([...spread([1, 2, 3, 4], completionLengths(sequences))]).toEqual([1, 2, 2, 3, 3, 3, 4, 4, 4, 4]);
  });

  it('are cut back where they were joined', () => {
    const pieces = split(Int32Array.of(1, 2, 3, 4, 5), [2, 0, 3]);
    expect(pieces.map((piece) => [...piece])).toEqual([[1, 2], [], [3, 4, 5]]);
  });
});

describe('arrays in journals', () => {
  it('come back bit for bit', () => {
    fc.assert(
      fc.property(fc.float32Array(), fc.int32Array(), (floats, ints) => {
        expect(decodeFloats(encodeArray(floats))).toEqual(floats);
        expect(decodeInts(encodeArray(ints))).toEqual(ints);
      }),
    );
  });

  it('are little-endian words', () => {
    expect(Buffer.from(encodeArray(Int32Array.of(1)), 'base64').toString('hex')).toBe('01000000');
    expect(Buffer.from(encodeArray(Float32Array.of(1)), 'base64').toString('hex')).toBe('0000803f');
  });
});
