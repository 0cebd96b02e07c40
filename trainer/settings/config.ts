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

const Aggregation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('global-token-mean') }),
  z.object({ kind: z.literal('sequence-mean') }),
  z.object({
    kind: z.literal('constant-divisor'),
    /** Dr. GRPO: every completion counts as if it had so many tokens; usually `sampling.maxTokens`. */
    tokens: positive,
  }),
  z.object({
    kind: z.literal('micro-batch-token-mean'),
    /** Virtual data-parallel ranks; must divide the completions of a step. 8 [C]. */
    ranks: positive.default(8),
    /** Prompt and completion tokens of a virtual micro-batch. 24000 [C]. */
    microBatchTokens: positive.default(24_000),
  }),
]);

const Prompt = z.object({
  /** What surrounds the user turn: the model's own chat template [C], or a fixed text. */
  template: TemplateKind.default('chat'),
  /** Follows a problem in training, its space included; prompts given as such stay as they are. [C data/train] */
  suffix: z.string().default(PAPER_SUFFIX),
});

const Data = z.object({
  /** Stands for the answer of every example: 12.7, 4 or 9292725 in [P Tab. 5]. */
  labelOverride: z.string().min(1).nullable().default(null),
  /** Gives this share of the examples a random wrong answer: 0.6 and 0.9 in [P C.2.4]. */
  wrongLabels: z
    .object({ share: z.number().min(0).max(1).default(0), seed: z.number().int().nonnegative().default(1) })
    .prefault({}),
  /** What becomes of examples whose answer no completion could match [ours]. */
  invalidLabels: z.enum(['refuse', 'skip']).default('refuse'),
});

const Sampling = z.object({
  /** Divides logits in rollouts and in every log-probability of the loss. 0.6 [P §3.1]. */
  temperature: z.number().min(0.001).max(1000).default(0.6),
  /** 1 [C]. */
  topP: small.max(1).default(1),
  /** 1024 [P B.4]. Longer prompts, and those that fill the model's context, are left out of the training set. */
  maxPromptTokens: positive.default(1024),
  /** 3072 [P B.4]. */
  maxTokens: positive.default(3072),
  /** Texts of the tokens that end a completion; `null`: the model's own end tokens [C]. */
  stop: z.array(z.string().min(1)).min(1).nullable().default(null),
  /** Names every uniform of the run. 1 [C, data order]. */
  seed: z.number().int().nonnegative().default(1),
});

export const SamplerSettings = z.discriminatedUnion('kind', [
  /** The engine samples from the weights that it trains. */
  z.object({ kind: z.literal('engine') }),
  /** A vLLM server takes the weights before each step; where it is, the environment says. */
  z.object({
    kind: z.literal('vllm'),
    /** Requests under way at a time; 256 is vLLM's own limit of sequences in a batch. */
    concurrency: positive.max(65_536).default(256),
    /** Mean |difference| of log-probabilities per token after new weights, nats; bf16 gives about 0.03 [ours]. */
    maxMismatch: small.max(1e6).default(0.1),
    /**
     * In which the servers compute and take weights; absent: bf16 on a GPU, fp32 on a CPU [ours]. Optional, as the next
     * one is: what a run was asked before these were there is the same run.
     */
    dtype: z.enum(['fp32', 'bf16']).optional(),
    /** Servers that the command starts; absent: one for each GPU that the engine leaves free [ours]. */
    servers: positive.max(64).optional(),
  }),
]);

const Loss = z.object({
  /** 1 [C actor.pg_loss_coeff]. */
  policyCoefficient: coefficient.default(1),
  /** 0.2 on both sides [C]. */
  clipLow: z.number().min(0).max(1).default(0.2),
  clipHigh: z.number().min(0).max(1e6).default(0.2),
  /** β, 0.001 [P §3.1]. 0 leaves the reference policy unloaded. */
  klCoefficient: coefficient.default(0.001),
  /** `reward`: −β·k1 is part of each token's reward instead of the loss, as the code does with use_kl_loss=False. */
  klPlacement: z.enum(['loss', 'reward']).default('loss'),
  /** k3 is the code's "low_var_kl" [C]. */
  klKind: z.enum(['k1', 'k2', 'k3']).default('k3'),
  /** 10 [C]. */
  klClamp: small.max(1e6).default(10),
  /** 0.001, a bonus [C; P writes α = −0.001]. */
  entropyCoefficient: coefficient.default(0.001),
  /** `token` [C]; `sequence`: the ratio of whole completions [P Eq. 4]. */
  ratio: z.enum(['token', 'sequence']).default('token'),
  aggregation: Aggregation.prefault({ kind: 'micro-batch-token-mean' }),
});

const Advantage = z.object({
  /**
   * `grpo`: (r − mean) / (std + ε) in groups of K [P Eq. 6]. `dr-grpo`: r − mean, arXiv:2503.20783. `reinforce`: r.
   * `gae`: PPO, by a critic [P §3.3].
   */
  estimator: z.enum(['grpo', 'dr-grpo', 'reinforce', 'gae']).default('grpo'),
  /** Of `grpo`; 1 [C core_algos.py]. */
  ddof: z.union([z.literal(0), z.literal(1)]).default(1),
  /** Of `grpo`; 1e-6 [C]. */
  epsilon: z.number().min(0).max(1e6).default(1e-6),
  /** Not of `gae`: what shares a baseline, completions of one row or of all rows with the same prompt. "row" [C]. */
  groupBy: z.enum(['row', 'prompt']).default('row'),
  /** Of `gae`; 1 [C]. */
  gamma: z.number().min(0).max(1).default(1),
  /** Of `gae`; 1 [C]. */
  lambda: z.number().min(0).max(1).default(1),
});

const beta = z.number().min(0).max(0.999999);

const Optim = z.object({
  /** 1e-6, constant [P §3.1]. */
  learningRate: small.max(1000).default(1e-6),
  /** The code's schedule gives learning rate 0 to step 1 [C utils/torch_functional.py]. */
  zeroLrFirstStep: z.boolean().default(true),
  /** Below 1, where the correction of the first steps divides by 1 − β. */
  betas: z.tuple([beta, beta]).default([0.9, 0.999]),
  /** Divides where gradients are 0. */
  eps: small.max(1).default(1e-8),
  /** Decoupled; 0.01 [C]. */
  weightDecay: z.number().min(0).max(1000).default(0.01),
  /** Global L2 norm; 1.0 [C]. 0 turns clipping off. */
  clipNorm: z.number().min(0).max(1e6).default(1),
});

const Critic = z.object({
  /** 1e-5 [C]; the rest as for the policy. */
  optim: Optim.extend({ learningRate: small.max(1000).default(1e-5) }).prefault({}),
  /** Clip range of a value around its old one; 0.5 [C cliprange_value]. */
  clip: small.max(1e6).default(0.5),
  /** Completions of one critic update; 128, which makes 8 updates of a step [C]. */
  completions: positive.default(128),
  /** Virtual data-parallel ranks: update j takes slice j of every rank. 8 [C]. */
  ranks: positive.default(8),
  /** Prompt and completion tokens of a virtual micro-batch. 32768 [C]. */
  microBatchTokens: positive.default(32_768),
});

/** Ways to get from a completion to a number. */
const single = [
  z.object({
    kind: z.literal('verifier'),
    /** 1 where this grader says correct, else 0. The paper's is `paper-train` [C]. */
    mode: GraderName.default('reward'),
    /** `after-think`: reasoning models; only what follows the first `</think>` is graded [C verl/trainer/main_ppo.py]. */
    text: z.enum(['whole', 'after-think']).default('whole'),
  }),
  z.object({ kind: z.literal('constant'), value: z.number().min(-MOST_REWARD).max(MOST_REWARD).default(1) }),
  /** 1 with this probability, a function of seed, step, row and sample; else 0. */
  z.object({ kind: z.literal('random'), probability: z.number().min(0).max(1).default(0.5) }),
  /** A function of the user's own. */
  z.object({
    kind: z.literal('module'),
    /** Name of the file, which says how to load it. */
    file: z.string().regex(/^[\w-][\w.-]*\.(?:[cm]?[jt]s|py)$/),
    /** Blob of the module. */
    sha256: Sha256,
    /** Absent where it is one file that imports nothing but what its language brings. */
    imports: RewardImports.optional(),
    /** Time for one completion; a thread that takes longer is ended and the completion tried once more [ours]. */
    deadlineMs: positive.max(86_400_000).default(10_000),
  }),
] as const;
export const SingleReward = z.discriminatedUnion('kind', single);
export type SingleReward = z.infer<typeof SingleReward>;
export type ModuleReward = Extract<SingleReward, { kind: 'module' }>;

/** How a completion becomes a number. */
export const Reward = z.discriminatedUnion('kind', [
  ...single,
  /** Several, each with a weight; what each gave is recorded beside their sum. */
  z.object({
    kind: z.literal('sum'),
    parts: z
      .array(
        z.object({
          /** In metrics and journals: `reward/part/{name}`. */
          name: z.string().regex(/^[\w-]{1,64}$/),
          weight: z.number().min(-1000).max(1000),
          reward: SingleReward,
        }),
      )
      .min(1)
      .max(16)
      .refine(
        (parts) => new Set(parts.map(({ name }) => name)).size === parts.length,
        'two parts have one name',
      ),
  }),
]);
export type Reward = z.infer<typeof Reward>;

/** The reward, or those of which it is the sum. */
export function singleRewards(reward: Reward): readonly SingleReward[] {
  return reward.kind === 'sum' ? reward.parts.map((part) => part.reward) : [reward];
}

export const RunSettings = z.object({
  recipe: z.string(),
  /** Optimizer updates; 2000 for Qwen2.5-Math-1.5B [P B.4]. */
  steps,
  /** Prompts of a step, G; 128 [P §3.1]. */
  prompts: batch.default(128),
  /** Completions of each prompt, K; 8 [P §3.1]. */
  samples: batch.default(8),
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
      /**
       * Completions of one optimizer update; `null`: all of the step, which keeps it on-policy [C]. Fewer: consecutive
       * slices of the batch in rollout order, against old log-probabilities that stay [P §3.1: 128].
       */
      completions: positive.nullable().default(null),
    })
    .prefault({}),
  /** Settings of the critic, which `gae` alone has. */
  critic: Critic.prefault({}),
  /** Steps between checkpoints, each of which is evaluated; 20 [P B.4]. Step 0 and the last always count. */
  checkpointEvery: steps.default(20),
  engine: z
    .object({
      /** Torch threads; part of the config because results are bitwise only for one count [ours]. */
      threads: positive.max(1024).default(1),
      /** Where parameters are and passes run [ours]. */
      device: z.enum(['cpu', 'cuda']).default('cpu'),
      /** What the layers multiply in; parameters, residual stream, head and loss are in fp32 [ours; C: bf16 on GPUs]. */
      precision: z.enum(['fp32', 'bf16']).default('fp32'),
      /** `fast`: other fp32 kernels where the CPU has any, as with AVX-512; refused where they are less exact [ours]. */
      matmul: z.enum(['exact', 'fast']).default('exact'),
      /** Less memory, more time in an update, the same result [ours]. */
      gradientCheckpointing: z.boolean().default(false),
      /** Processes, one for each GPU, that share the model and its optimizer; more than one needs another sampler [ours]. */
      ranks: positive.max(1024).default(1),
      /** Padded tokens in one pass of the model [ours]. */
      tokenBudget: positive.default(8192),
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
