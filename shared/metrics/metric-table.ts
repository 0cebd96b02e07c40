import type { VerdictKind } from '../records/evaluations.ts';
/** What a metric of a step measures. */
import type { Metrics } from '../records/runs.ts';

interface MetricFacts {
  /** `share` is of 1; `reward` the unit of the run's rewards; nats are natural-logarithm units. */
  readonly unit: 'share' | 'count' | 'tokens' | 'nats' | 'reward' | '1';
  readonly means: string;
}
type MetricSection = Readonly<Record<string, MetricFacts>>;

const rewards = {
  'reward/mean': { unit: 'reward', means: 'mean of the rewards that training sees, over completions' },
  'reward/std': { unit: 'reward', means: 'their population standard deviation' },
  'reward/mixed_group_share': {
    unit: 'share',
    means: 'groups whose rewards differ: the advantages of the others are 0',
  },
  'group/reward_min': { unit: 'reward', means: 'least mean reward of a group' },
  'group/reward_max': { unit: 'reward', means: 'greatest mean reward of a group' },
  'group/reward_std': { unit: 'reward', means: 'standard deviation of the mean rewards of groups' },
  'advantage/mean': { unit: '1', means: 'mean advantage, over completion tokens' },
  'advantage/std': { unit: '1', means: 'its standard deviation' },
  'advantage/min': { unit: '1', means: 'least advantage of a token' },
  'advantage/max': { unit: '1', means: 'greatest advantage of a token' },
} as const satisfies MetricSection;

const texts = {
  'completion/accuracy': { unit: 'share', means: "correct completions by the run's own grader" },
  'completion/length_mean': { unit: 'tokens', means: 'mean length, stop token included' },
  'completion/length_max': { unit: 'tokens', means: 'greatest length' },
  'completion/length_min': { unit: 'tokens', means: 'least length' },
  'completion/tokens': { unit: 'tokens', means: 'tokens of all completions' },
  'completion/truncated_share': { unit: 'share', means: 'completions that were cut at `sampling.maxTokens`' },
  'completion/boxed_share': { unit: 'share', means: 'completions with a `\\boxed{`' },
  'prompt/length_mean': { unit: 'tokens', means: 'mean length of a prompt, over completions' },
  'prompt/tokens': { unit: 'tokens', means: 'tokens of all prompts, each counted once a completion' },
  'data/dropped_overlong': {
    unit: 'count',
    means: 'examples of the run that were left out since their prompts are too long',
  },
  'data/dropped_invalid_label': {
    unit: 'count',
    means: 'examples of the run that were left out since their answers cannot be graded',
  },
} as const satisfies MetricSection;

const policy = {
  'policy/loss': { unit: '1', means: "loss by the weights that the run's aggregation gives tokens" },
  'policy/pg_loss': {
    unit: '1',
    means: 'policy-gradient part of the loss, plain mean over completion tokens',
  },
  'policy/kl': {
    unit: 'nats',
    means: 'estimate of KL(policy ‖ reference) as the loss has it, mean over completion tokens',
  },
  'policy/entropy': { unit: 'nats', means: 'entropy of the next token, mean over completion tokens' },
  'policy/clip_share': {
    unit: 'share',
    means: 'tokens whose loss the clip changes; 0 where a step has one update',
  },
  'policy/clip_low_share': { unit: 'share', means: 'those below the lower bound' },
  'policy/clip_high_share': { unit: 'share', means: 'those above the upper bound' },
  'policy/ppo_kl': {
    unit: 'nats',
    means: 'mean of old − new log-probability; 0 where a step has one update',
  },
  'policy/mismatch_kl': {
    unit: 'nats',
    means: "k3 estimate of KL(sampler ‖ trainer), before the step's updates",
  },
  'policy/grad_norm': { unit: '1', means: "norm before clipping, mean over the step's updates" },
  'policy/learning_rate': { unit: '1', means: 'learning rate of this step' },
} as const satisfies MetricSection;

const critic = {
  'critic/loss': { unit: '1', means: "mean over the step's critic updates" },
  'critic/grad_norm': { unit: '1', means: 'norm before clipping, mean over these updates' },
  'critic/learning_rate': { unit: '1', means: 'learning rate of this step' },
  'critic/value_mean': { unit: 'reward', means: 'mean value, over the places that enter the loss' },
  'critic/explained_variance': {
    unit: '1',
    means: '1 − var(return − value) / var(return); 0 where all returns are equal',
  },
} as const satisfies MetricSection;

/** Metrics whose names end in what they count; only those that occur are stored, all but of `group/correct_{k}`. */
const families = {
  'group/correct_{k}': { unit: 'count', means: 'groups with k correct completions, k = 0 to `samples`' },
  'reward/part/{name}': {
    unit: 'reward',
    means:
      'mean of what this part of a sum of rewards gave, before its weight; absent where the reward is no sum',
  },
  'verdict/{verdict}': { unit: 'count', means: 'completions with this verdict; absent where 0' },
  'reason/{reason}': { unit: 'count', means: "completions with this reason of the grader's; absent where 0" },
} as const satisfies MetricSection;

/** Every metric that a step records, by section. `docs/watching.md` is made of it. */
export const metricSections: Readonly<Record<string, MetricSection>> = {
  'Rewards and advantages': rewards,
  'Completions, prompts, data': texts,
  'Counts by name': families,
  'The policy': policy,
  'The critic, where there is one': critic,
};

/** The name of a metric of a step: `noun/measure`. */
export type MetricName =
  | keyof typeof rewards
  | keyof typeof texts
  | keyof typeof policy
  | keyof typeof critic
  | `group/correct_${number}`
  | `reward/part/${string}`
  | `verdict/${VerdictKind}`
  | `reason/${string}`;

/** Metrics that are written under names of the table: `satisfies` it where they are made. */
export type NamedMetrics = Readonly<Partial<Record<MetricName, number>>>;

/** A metric of stored ones, which may lack it: another version wrote them, or the run has no critic. */
export function readMetric(metrics: Metrics, name: MetricName): number | undefined {
  return metrics[name];
}
