/**
 * Every setting of a training run, with its unit, its default and where the default comes from. A run stores the
 * config it resolved in `runs/{run}/run.json`; the run's id is its digest unless the user names the run.
 *
 * [P] the paper, arXiv:2504.20571 v3; [C] its public code at 21ed529; [ours] no source gives one.
 */

import { z } from 'zod';
import { digestId } from '#shared/encoding/digest.ts';
import { EvaluationRequest, GraderName, TemplateKind } from '#shared/records/evaluations.ts';
import { Digest, Sha256, schemaVersion } from '#shared/records/ids.ts';
import { keys } from '#shared/storage/keys.ts';
import { kind } from '#shared/storage/records.ts';
import { MOST_REWARD } from './most-reward.ts';
import { PAPER_SUFFIX } from './paper-suffix.ts';
import { RewardImports } from './reward-imports.ts';

/** Bounds are wide: they keep out what a number format or a timer cannot hold, not what trains badly. */
const MOST = 2 ** 31 - 1;
const positive = z.number().int().positive().max(MOST);
/** Steps have six digits in keys. */
const steps = positive.max(999_999);
/** Prompts, or completions of a prompt. */
const batch = positive.max(100_000);
const coefficient = z.number().min(-1e6).max(1e6);
/** Above 0, and above what fp32 rounds to 0. */
const small = z.number().min(1e-30);

const Aggregation = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('global-token-mean') }),
    z.object({ kind: z.literal('sequence-mean') }),
    z.object({
      kind: z.literal('constant-divisor'),
      tokens: positive.describe(
        'Dr. GRPO: every completion counts as if it had so many tokens; usually `sampling.maxTokens`.',
      ),
    }),
    z.object({
      kind: z.literal('micro-batch-token-mean'),
      ranks: positive
        .default(8)
        .describe('Virtual data-parallel ranks; must divide the completions of a step [C].'),
      microBatchTokens: positive
        .default(24_000)
        .describe('Prompt and completion tokens of a virtual micro-batch [C].'),
    }),
  ])
  .describe(
    'How the losses of tokens become one. `micro-batch-token-mean`: mean of the means of virtual micro-batches, as in the code [C]. `global-token-mean`: of all tokens. `sequence-mean`: of the means of completions. `constant-divisor`: arXiv:2503.20783.',
  );

const Prompt = z.object({
  template: TemplateKind.default('chat').describe(
    "What surrounds the user turn: the model's own chat template [C], or a fixed text.",
  ),
  suffix: z
    .string()
    .default(PAPER_SUFFIX)
    .describe(
      'Follows a problem in training, its space included; prompts given as such stay as they are. [C data/train]',
    ),
});

const Data = z.object({
  labelOverride: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Stands for the answer of every example: 12.7, 4 or 9292725 in [P Tab. 5].'),
  wrongLabels: z
    .object({
      share: z
        .number()
        .min(0)
        .max(1)
        .default(0)
        .describe('This share of the examples gets a random wrong answer: 0.6 and 0.9 in [P C.2.4].'),
      seed: z.number().int().nonnegative().default(1).describe('Draws which examples, and their answers.'),
    })
    .prefault({}),
  invalidLabels: z
    .enum(['refuse', 'skip'])
    .default('refuse')
    .describe('What becomes of examples whose answer no completion could match [ours].'),
});

const Sampling = z.object({
  temperature: z
    .number()
    .min(0.001)
    .max(1000)
    .default(0.6)
    .describe('Divides logits in rollouts and in every log-probability of the loss [P §3.1].'),
  topP: small
    .max(1)
    .default(1)
    .describe('Only the likeliest tokens are drawn that have this probability together; 1: all [C].'),
  maxPromptTokens: positive
    .default(1024)
    .describe(
      "Tokens of a prompt [P B.4]. Longer ones, and those that fill the model's context, are left out of the training set.",
    ),
  maxTokens: positive.default(3072).describe('New tokens of a completion, at most [P B.4].'),
  stop: z
    .array(z.string().min(1))
    .min(1)
    .nullable()
    .default(null)
    .describe("Texts of the tokens that end a completion; `null`: the model's own end tokens [C]."),
  seed: z
    .number()
    .int()
    .nonnegative()
    .default(1)
    .describe('Seed of data order and sampling: the same gives the same run [C, data order].'),
});

export const SamplerSettings = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('engine') }),
    z.object({
      kind: z.literal('onnx'),
      maxMismatch: small
        .max(1e6)
        .default(3e-4)
        .describe(
          'Of `onnx`: mean |difference| of log-probabilities per token in each step, nats; fp32 gives less than 1e-5 [ours].',
        ),
    }),
    z.object({
      kind: z.literal('vllm'),
      concurrency: positive
        .max(65_536)
        .default(256)
        .describe("Requests under way at a time; 256 is vLLM's own limit of sequences in a batch."),
      maxMismatch: small
        .max(1e6)
        .default(0.1)
        .describe(
          'Of `vllm`: mean |difference| of log-probabilities per token after new weights, nats; bf16 gives about 0.03 [ours].',
        ),
      // Optional, as the next one is: what a run was asked before these were there is the same run.
      dtype: z
        .enum(['fp32', 'bf16'])
        .optional()
        .describe(
          'In what the servers compute and take weights; absent: bf16 on a GPU, fp32 on a CPU [ours].',
        ),
      servers: positive
        .max(64)
        .optional()
        .describe(
          'Servers that the command starts; absent: one for each GPU that the engine leaves free [ours].',
        ),
    }),
  ])
  .describe(
    'Who draws completions. `engine`: from the weights that it trains. `onnx`: the decoder that scores checkpoints, on CPU threads; takes the weights before each step. `vllm`: servers that do.',
  );

const Loss = z.object({
  policyCoefficient: coefficient.default(1).describe('Weight of the policy loss [C actor.pg_loss_coeff].'),
  clipLow: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe('The probability ratio is clipped at 1 minus this [C].'),
  clipHigh: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.2)
    .describe('The probability ratio is clipped at 1 plus this [C].'),
  klCoefficient: coefficient
    .default(0.001)
    .describe('β, weight of KL to the reference policy [P §3.1]; 0 leaves that policy unloaded.'),
  klPlacement: z
    .enum(['loss', 'reward'])
    .default('loss')
    .describe(
      "`loss`: part of the loss. `reward`: −β·k1 is part of each token's reward instead of the loss, as the code does with use_kl_loss=False.",
    ),
  klKind: z
    .enum(['k1', 'k2', 'k3'])
    .default('k3')
    .describe('Estimator of the KL of a token; k3 is what the code calls low_var_kl [C].'),
  klClamp: small
    .max(1e6)
    .default(10)
    .describe('The KL estimate of a token is kept between plus and minus this, nats [C].'),
  entropyCoefficient: coefficient
    .default(0.001)
    .describe('Weight of the entropy, a bonus [C; P writes α = −0.001].'),
  ratio: z
    .enum(['token', 'sequence'])
    .default('token')
    .describe(
      'Whose probability ratio is clipped: of each `token` [C], or of the whole `sequence` [P Eq. 4].',
    ),
  aggregation: Aggregation.prefault({ kind: 'micro-batch-token-mean' }),
});

const Advantage = z.object({
  estimator: z
    .enum(['grpo', 'dr-grpo', 'reinforce', 'gae'])
    .default('grpo')
    .describe(
      'How rewards become advantages. `grpo`: (r − mean) / (std + ε) in groups of K [P Eq. 6]. `dr-grpo`: r − mean, arXiv:2503.20783. `reinforce`: r. `gae`: PPO, by a critic [P §3.3].',
    ),
  ddof: z
    .union([z.literal(0), z.literal(1)])
    .default(1)
    .describe('Of `grpo`: the variance is divided by K minus this [C core_algos.py].'),
  epsilon: z
    .number()
    .min(0)
    .max(1e6)
    .default(1e-6)
    .describe('Of `grpo`: ε, added to the standard deviation [C].'),
  groupBy: z
    .enum(['row', 'prompt'])
    .default('row')
    .describe(
      'Not of `gae`: what shares a baseline, completions of one row or of all rows with the same prompt [C: row].',
    ),
  gamma: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Of `gae`: discount of a reward for each token that lies before it [C].'),
  lambda: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'Of `gae`: 1 counts the rewards that came, 0 what the critic expects after one more token [C].',
    ),
});

const beta = z.number().min(0).max(0.999999);

const Optim = z.object({
  learningRate: small.max(1000).default(1e-6).describe('Of AdamW; constant [P §3.1].'),
  zeroLrFirstStep: z
    .boolean()
    .default(true)
    .describe("Step 1 has learning rate 0, as in the code's schedule [C utils/torch_functional.py]."),
  // Below 1, where the correction of the first steps divides by 1 − β.
  betas: z
    .tuple([beta, beta])
    .default([0.9, 0.999])
    .describe('Of AdamW: decay of the means of gradients and of their squares.'),
  eps: small.max(1).default(1e-8).describe('Of AdamW: divides where gradients are 0.'),
  weightDecay: z
    .number()
    .min(0)
    .max(1000)
    .default(0.01)
    .describe('Of AdamW: decoupled decay of the weights [C].'),
  clipNorm: z
    .number()
    .min(0)
    .max(1e6)
    .default(1)
    .describe('Gradients of a larger global L2 norm are scaled down to it [C]; 0 turns clipping off.'),
});

const Critic = z.object({
  optim: Optim.extend({
    learningRate: small.max(1000).default(1e-5).describe('Of AdamW, for the critic [C].'),
  }).prefault({}),
  clip: small.max(1e6).default(0.5).describe('Clip range of a value around its old one [C cliprange_value].'),
  completions: positive
    .default(128)
    .describe('Completions of one critic update; 128 makes 8 updates of a step [C].'),
  ranks: positive
    .default(8)
    .describe('Virtual data-parallel ranks: update j takes slice j of every rank [C].'),
  microBatchTokens: positive
    .default(32_768)
    .describe('Prompt and completion tokens of a virtual micro-batch [C].'),
});

/** Ways to get from a completion to a number. */
const single = [
  z.object({
    kind: z.literal('verifier'),
    mode: GraderName.default('reward').describe(
      "1 where this grader says correct, else 0. The paper's is `paper-train` [C].",
    ),
    text: z
      .enum(['whole', 'after-think'])
      .default('whole')
      .describe(
        '`after-think`: reasoning models; only what follows the first `</think>` is graded [C verl/trainer/main_ppo.py].',
      ),
  }),
  z.object({
    kind: z.literal('constant'),
    value: z
      .number()
      .min(-MOST_REWARD)
      .max(MOST_REWARD)
      .default(1)
      .describe('The reward of every completion.'),
  }),
  z.object({
    kind: z.literal('random'),
    probability: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('The reward is 1 with this probability, a function of seed, step, row and sample; else 0.'),
  }),
  z.object({
    kind: z.literal('module'),
    file: z
      .string()
      .regex(/^[\w-][\w.-]*\.(?:[cm]?[jt]s|py)$/)
      .describe('Name of the file, which says how to load it.'),
    sha256: Sha256.describe('Blob of the module.'),
    imports: RewardImports.optional().describe(
      'Absent where it is one file that imports nothing but what its language brings.',
    ),
    deadlineMs: positive
      .max(86_400_000)
      .default(10_000)
      .describe(
        'Time for one completion; a thread that takes longer is ended and the completion tried once more [ours].',
      ),
  }),
] as const;
export const SingleReward = z.discriminatedUnion('kind', single);
export type SingleReward = z.infer<typeof SingleReward>;
export type ModuleReward = Extract<SingleReward, { kind: 'module' }>;

export const Reward = z
  .discriminatedUnion('kind', [
    ...single,
    z.object({
      kind: z.literal('sum'),
      parts: z
        .array(
          z.object({
            name: z
              .string()
              .regex(/^[\w-]{1,64}$/)
              .describe('In metrics and journals: `reward/part/{name}`.'),
            weight: z.number().min(-1000).max(1000),
            reward: SingleReward,
          }),
        )
        .min(1)
        .max(16)
        .refine(
          (parts) => new Set(parts.map(({ name }) => name)).size === parts.length,
          'two parts have one name',
        )
        .describe('Rewards, each with a name and a weight; what each gave is recorded beside their sum.'),
    }),
  ])
  .describe(
    'How a completion becomes a number: judged by the `verifier`, `constant`, `random`, by a `module` of yours, or the `sum` of several.',
  );
export type Reward = z.infer<typeof Reward>;

/** The reward, or those of which it is the sum. */
export function singleRewards(reward: Reward): readonly SingleReward[] {
  return reward.kind === 'sum' ? reward.parts.map((part) => part.reward) : [reward];
}

export const RunSettings = z.object({
  recipe: z.string(),
  steps: steps.describe('Optimizer updates; 2000 for Qwen2.5-Math-1.5B [P B.4].'),
  prompts: batch.default(128).describe('Prompts of a step, G [P §3.1].'),
  samples: batch.default(8).describe('Completions of each prompt, K [P §3.1].'),
  reward: Reward.prefault({ kind: 'verifier' }),
  data: Data.prefault({}),
  prompt: Prompt.prefault({}),
  sampling: Sampling.prefault({}),
  sampler: SamplerSettings.prefault({ kind: 'engine' }),
  advantage: Advantage.prefault({}),
  loss: Loss.prefault({}),
  optim: Optim.prefault({}),
  update: z
    .object({
      completions: positive
        .nullable()
        .default(null)
        .describe(
          'Completions of one optimizer update; `null`: all of the step, which keeps it on-policy [C]. Fewer: consecutive slices of the batch in rollout order, against old log-probabilities that stay [P §3.1: 128].',
        ),
    })
    .prefault({}),
  /** Which `gae` alone has. */
  critic: Critic.prefault({}),
  checkpointEvery: steps
    .default(20)
    .describe(
      'Steps between checkpoints, each of which is evaluated [P B.4]. Step 0 and the last always count.',
    ),
  engine: z
    .object({
      threads: positive
        .max(1024)
        .default(1)
        .describe('Torch threads; part of the config because results are bitwise only for one count [ours].'),
      device: z.enum(['cpu', 'cuda']).default('cpu').describe('Where parameters are and passes run [ours].'),
      precision: z
        .enum(['fp32', 'bf16'])
        .default('fp32')
        .describe(
          'What the layers multiply in; parameters, residual stream, head and loss are in fp32 [ours; C: bf16 on GPUs].',
        ),
      matmul: z
        .enum(['exact', 'fast'])
        .default('exact')
        .describe(
          '`fast`: other fp32 kernels where the CPU has any, as with AVX-512; refused where they are less exact [ours].',
        ),
      gradientCheckpointing: z
        .boolean()
        .default(false)
        .describe('Less memory, more time in an update, the same result [ours].'),
      ranks: positive
        .max(1024)
        .default(1)
        .describe(
          'Processes, one for each GPU, that share the model and its optimizer; more than one needs another sampler [ours].',
        ),
      tokenBudget: positive.default(8192).describe('Padded tokens in one pass of the model [ours].'),
    })
    .prefault({}),
});
export type RunSettings = z.infer<typeof RunSettings>;

/**
 * The checkpoint of another run that this one starts from: weights and optimizer state, and its step counts on from there.
 * `model` of the config stays the base: the reference policy.
 */
const Fork = z.object({
  /** `runs/{run}/checkpoints/{step}-{e}.json` */
  checkpoint: z.string(),
  /** Digest of the checkpoint's weights. */
  model: Digest,
});

export const RunConfig = z.object({
  ...RunSettings.shape,
  /** Digest of the base model. */
  model: z.string(),
  /** Blob of the training examples, JSON lines. */
  examples: Sha256,
  /** What is asked of every checkpoint; `model` in it is replaced by the checkpoint's own. */
  evaluation: EvaluationRequest.nullable(),
  fork: Fork.nullable().default(null),
});
export type RunConfig = z.infer<typeof RunConfig>;

/** `runs/{run}/run.json` */
const Run = z.object({ schemaVersion, config: RunConfig, codeVersion: z.string() });
/** A run as the driver reads it, and as it is put: `record.run` for those who know what its settings mean. */
export const runRecord = kind(keys.run, Run);

/** The id of a run that its user did not name. */
export function runIdOf(config: RunConfig): string {
  return digestId(config);
}
