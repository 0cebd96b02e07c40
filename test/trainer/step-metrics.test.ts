import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignAdvantages } from '#trainer/assign-advantages.ts';
import { decodeFloats, decodeInts, encodeArray } from '#trainer/base64-array.ts';
import { RunSettings } from '#trainer/config.ts';
import { openGrader } from '#trainer/rewards/grader.ts';
import { toRollouts } from '#trainer/rollouts.ts';
import { completionLengths, sequencesOf, split, spread } from '#trainer/sequences.ts';
import { stepMetrics } from '#trainer/step-metrics.ts';

const settings = RunSettings.parse({ recipe: 'test', steps: 1, samples: 2 });
const sampled = ['\\boxed{7}', '\\boxed{8}', '\\boxed{7}', 'seven'].map((text, b) => ({
  row: Math.floor(b / 2),
  sample: b % 2,
  example: { id: 'e', prompt: 'what ?', bare: true, answer: '7', repeats: 2 },
  promptText: 'what ?',
  prompt: Int32Array.of(5, 6),
  completion: Int32Array.from({ length: b + 1 }, (_, i) => i),
  text,
  logprobs: new Float32Array(b + 1).fill(-0.5),
  stopped: b !== 3,
}));
const { grade } = await openGrader({ kind: 'verifier', mode: 'reward', text: 'whole' }, 1, '');
const grades = await grade(sampled, 1);
const unscored = { oldLogprobs: null, referenceLogprobs: null, values: null };
const rolloutsOf = (of: typeof sampled, groupBy: 'row' | 'prompt') =>
  assignAdvantages(
    toRollouts(of, grades).map((rollout) => ({ ...rollout, ...unscored })),
    { ...settings, advantage: { ...settings.advantage, groupBy } },
  );
const rollouts = rolloutsOf(sampled, 'row');

describe('toRollouts', () => {
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

describe('stepMetrics', () => {
  it('are means over completions and over tokens', () => {
    const n = 10;
    const flat = (value: number) => new Float32Array(n).fill(value);
    const report = {
      loss: 1,
      gradNorm: 2,
      learningRate: 3,
      oldLogprobs: flat(-0.5),
      logprobs: flat(-0.5),
      entropy: flat(0.25),
      pg: flat(0),
      kl: flat(0),
    };
    expect(stepMetrics(rollouts, 2, report)).toMatchObject({
      'reward/mean': 0.5,
      'reward/mixed_group_share': 1,
      'completion/length_mean': 2.5,
      'completion/length_max': 4,
      'completion/truncated_share': 0.25,
      'completion/boxed_share': 0.75,
      'policy/entropy': 0.25,
      'policy/mismatch_kl': 0,
    });
  });

  it('show a mismatch between sampler and trainer', () => {
    const flat = (value: number) => new Float32Array(10).fill(value);
    const report = {
      loss: 0,
      gradNorm: 0,
      learningRate: 0,
      oldLogprobs: flat(-1.5),
      logprobs: flat(-1.5),
      entropy: flat(0),
      pg: flat(0),
      kl: flat(0),
    };
    expect(stepMetrics(rollouts, 2, report)['policy/mismatch_kl']).toBeCloseTo(Math.exp(-1) - 1 + 1, 6);
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
