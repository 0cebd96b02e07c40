import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { assignAdvantages } from '#trainer/advantages/assign-advantages.ts';
import type { TensorData } from '#trainer/engine-client/engine-frames.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import type { Verb } from '#trainer/engine-client/engine-protocol.ts';
import { split } from '#trainer/engine-client/ragged-arrays.ts';
import type { Graded } from '#trainer/rollouts/rollout.ts';
import { scoreRollouts } from '#trainer/rollouts/score-rollouts.ts';
import { RunSettings } from '#trainer/settings/config.ts';
import { PhaseClock } from '#trainer/telemetry/phase-clock.ts';
import { learningRateOf } from '#trainer/update/learning-rate.ts';
import { update } from '#trainer/update/update.ts';
import { ADAMW, ENGINE, TINY_MODEL, tinyCreate } from '../tiny-engine.ts';

const prompts = [[1, 2, 3], [4, 5], [6, 7, 8, 9], [3]];
const common = {
  recipe: 'test',
  steps: 3,
  prompts: prompts.length,
  samples: 2,
  sampling: { maxTokens: 9 },
  loss: { aggregation: { kind: 'global-token-mean' } },
  optim: { learningRate: 0.05, zeroLrFirstStep: false },
};

let engine: EngineProcess;
let graded: Graded[];

beforeAll(async () => {
  engine = await startEngine(ENGINE);
});
afterAll(() => engine.stop());

beforeEach(async () => {
  vi.restoreAllMocks();
  const critic = { seed: 1, optimizer: ADAMW };
  await engine.client.call('create', tinyCreate({ reference: TINY_MODEL, critic }));
  graded = await sampled();
});

/** Completions of the untrained model at its temperature, the first of each pair rewarded. */
async function sampled(): Promise<Graded[]> {
  const { tensors } = await engine.client.call(
    'sample',
    { samples: 2, temperature: 0.6, topP: 1, maxTokens: 9, stop: [0], seed: 1, step: 1 },
    {
      tokens: Int32Array.from(prompts.flat()),
      lengths: Int32Array.from(prompts, (prompt) => prompt.length),
      rows: Int32Array.of(0, 1, 2, 3),
    },
  );
  const logprobs = split(tensors.logprobs, tensors.lengths);
  return split(tensors.tokens, tensors.lengths).map((completion, b) => ({
    row: b >> 1,
    sample: b % 2,
    example: 'e',
    prompt: Int32Array.from(prompts[b >> 1] as number[]),
    completion,
    truncated: false,
    text: '',
    samplerLogprobs: logprobs[b] as Float32Array,
    verdict: b % 2 === 0 ? 'correct' : 'incorrect',
    reason: '',
    extracted: null,
    reward: 1 - (b % 2),
  }));
}

/** A call of any verb: the spy knows the tensors of none. */
type Call = [verb: Verb, args: unknown, tensors?: Readonly<Record<string, TensorData>>];

async function stepOf(changes: object) {
  const settings = RunSettings.parse({ ...common, ...changes });
  const spy = vi.spyOn(engine.client, 'call');
  const scored = await scoreRollouts(graded, settings, engine.client, new PhaseClock({ now: Date.now }));
  const rollouts = assignAdvantages(scored, settings);
  const metrics = await update(engine.client, 2, rollouts, settings);
  const calls = (verb: Verb) => (spy.mock.calls as Call[]).filter(([called]) => called === verb);
  const gradNorms = async () => {
    const answers = await Promise.all(spy.mock.results.map(({ value }) => value));
    return answers.flatMap(({ result }) => ('gradNorm' in result ? [result.gradNorm] : []));
  };
  return { scored, rollouts, metrics, calls, gradNorms };
}

function floats(tensors: Call[2], name: string): Float32Array {
  return tensors?.[name] as Float32Array;
}

describe('an on-policy step', () => {
  it('is one update, whose ratio is 1', async () => {
    const { metrics, calls, rollouts } = await stepOf({});
    expect(calls('forward')).toHaveLength(1); // of the reference
    expect(calls('optim_step')).toHaveLength(1);
    const [[, , tensors] = []] = calls('forward_backward');
    expect(tensors).not.toHaveProperty('oldLogprobs');
    const counts = rollouts.map(({ completion }) => completion.length);
    const tokens = counts.reduce((a, b) => a + b);
    const meanAdvantage = rollouts.reduce(
      (sum, { advantage }, b) => sum + Number(advantage) * Number(counts[b]),
      0,
    );
    expect(metrics['policy/pg_loss']).toBeCloseTo(-meanAdvantage / tokens, 6);
    expect(metrics['policy/mismatch_kl']).toBeLessThan(1e-6);
    expect(metrics['policy/kl']).toBeCloseTo(0, 9);
    expect(metrics['policy/learning_rate']).toBe(0.05);
  });

  it('has no metric that could not be stored', async () => {
    const call = engine.client.call.bind(engine.client);
    vi.spyOn(engine.client, 'call').mockImplementation(async (verb, ...rest) => {
      const answer = await call(verb, ...rest);
      if (verb === 'optim_step') Object.assign(answer.result, { gradNorm: Number.NaN });
      return answer;
    });
    await expect(stepOf({})).rejects.toThrow('policy/grad_norm is NaN');
  });
});

describe('a step of several updates', () => {
  const several = { update: { completions: 4 } };

  it('scores old and reference policy once, at the temperature of the rollout', async () => {
    const { scored, calls } = await stepOf(several);
    expect(calls('forward').map(([, args]) => args)).toEqual([
      { slot: 'policy', temperature: 0.6 },
      { slot: 'reference', temperature: 0.6 },
    ]);
    for (const { samplerLogprobs, oldLogprobs, referenceLogprobs } of scored) {
      for (const scores of [oldLogprobs, referenceLogprobs])
        for (const [t, logprob] of samplerLogprobs.entries()) expect(scores?.[t]).toBeCloseTo(logprob, 4);
    }
  });

  it('updates on consecutive slices against old log-probabilities that stay', async () => {
    const { rollouts, calls, metrics, gradNorms } = await stepOf(several);
    const sent = calls('forward_backward').map(([, args, tensors]) => {
      expect(args).toMatchObject({ temperature: 0.6 });
      return [...floats(tensors, 'oldLogprobs')];
    });
    const old = rollouts.map(({ oldLogprobs }) => [...(oldLogprobs ?? [])]);
    expect(sent).toEqual([old.slice(0, 4).flat(), old.slice(4).flat()]);
    expect(calls('optim_step')).toHaveLength(2);
    const [first = Number.NaN, second = Number.NaN] = await gradNorms();
    expect(first).not.toBe(second);
    expect(metrics['policy/grad_norm']).toBe((first + second) / 2);
    // The sampler is compared with the policy that sampled, not with the one that the first update made.
    expect(metrics['policy/mismatch_kl']).toBeLessThan(1e-6);
  });
});

describe('a KL estimate in the reward', () => {
  it('leaves the loss, and needs old log-probabilities', async () => {
    const { calls, rollouts } = await stepOf({
      loss: { ...common.loss, klPlacement: 'reward', klCoefficient: 0.1 },
    });
    const [[, args] = []] = calls('forward_backward');
    expect(args).toMatchObject({ loss: { klCoefficient: 0 } });
    expect(rollouts[0]?.oldLogprobs).not.toBeNull();
  });
});

describe('a step of PPO', () => {
  const ppo = { advantage: { estimator: 'gae' }, critic: { ranks: 2, completions: 4, optim: common.optim } };

  it('updates the critic on slices of the batch, from old values that stay, before the policy', async () => {
    const { calls, rollouts, metrics } = await stepOf(ppo);
    const sent = calls('critic_forward_backward').map(([, , tensors]) => tensors);
    expect(sent.map((tensors) => tensors?.['lengths']?.length)).toEqual([4, 4]);
    expect(calls('optim_step').map(([, args]) => args)).toEqual([
      { slot: 'critic', learningRate: 0.05, clipNorm: 1 },
      { slot: 'critic', learningRate: 0.05, clipNorm: 1 },
      { slot: 'policy', learningRate: 0.05, clipNorm: 1 },
    ]);
    const total = (name: string) =>
      sent.flatMap((tensors) => [...floats(tensors, name)]).reduce((sum, value) => sum + value, 0);
    const values = rollouts.flatMap(({ critic }) => [...(critic?.values ?? [])]);
    expect(total('oldValues')).toBeCloseTo(
      values.reduce((a, b) => a + b),
      5,
    );
    expect(total('weights')).toBeCloseTo(2, 6);
    expect(metrics['critic/loss']).toBeGreaterThan(0);
  });

  it('sends the whitened advantages of its tokens to the policy', async () => {
    const { calls, rollouts } = await stepOf(ppo);
    const [[, , tensors] = []] = calls('forward_backward');
    const advantages = [...floats(tensors, 'advantages')];
    expect(advantages).toEqual(rollouts.flatMap(({ critic }) => [...(critic?.advantages ?? [])]));
    expect(advantages.reduce((a, b) => a + b)).toBeCloseTo(0, 4);
  });
});

describe('learningRateOf', () => {
  it('begins with 0 where the paper’s code does', () => {
    const rates = (zeroLrFirstStep: boolean) =>
      [1, 2, 3].map((step) => learningRateOf(step, { learningRate: 1e-6, zeroLrFirstStep }));
    expect(rates(true)).toEqual([0, 1e-6, 1e-6]);
    expect(rates(false)).toEqual([1e-6, 1e-6, 1e-6]);
  });
});
