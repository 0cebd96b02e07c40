/**
 * The language of the TypeScript driver and the Python engine; no other file of either knows its field names
 * (the Python twin is `trainer/engine/oneshot_engine/protocol.py`).
 *
 * A connection is a Unix socket that carries frames both ways (`trainer/engine-client/engine-frames.ts`): a JSON header and named
 * tensors. The driver sends one request at a time, besides `cancel` and `save_state`; the engine answers it and sends
 * events in between. Ragged batches are flat: `tokens` holds all sequences one after another, `lengths` their lengths.
 */

import { z } from 'zod';
import { FileRef } from '#shared/records/models.ts';
import type { InTable, OutTable, TensorsOf } from './engine-tensors.ts';

export const PROTOCOL_VERSION = 3;

const path = z.string().min(1);
const count = z.number().int().nonnegative();

/** What was written into a folder, by name. */
const Files = z.record(z.string(), FileRef);

/** Coefficients and forms; every number that varies by token is a tensor. The equation is in `losses.py`. */
export const LossSpec = z.object({
  policyCoefficient: z.number(),
  clipLow: z.number(),
  clipHigh: z.number(),
  klCoefficient: z.number(),
  klKind: z.enum(['k1', 'k2', 'k3']),
  /** Bound on |kl| per token; gradients are 0 where it binds. */
  klClamp: z.number().positive(),
  entropyCoefficient: z.number(),
  /** `sequence`: every token has the ratio of its whole completion, π(o) / π_old(o). */
  ratio: z.enum(['token', 'sequence']),
});
export type LossSpec = z.infer<typeof LossSpec>;

/** AdamW, except for the learning rate, which each step brings. */
const OptimizerSettings = z.object({
  betas: z.tuple([z.number(), z.number()]),
  eps: z.number(),
  weightDecay: z.number(),
  /** `matrices`: parameters with two or more dimensions only. */
  decay: z.enum(['all', 'matrices']),
});

/**
 * B sequences, all tokens one after another: `tokens` [Σ lengths], `lengths` [B], `promptLengths` [B]. The rest of each
 * sequence is its completion of n_b tokens, N = Σ n_b.
 */
const SEQUENCES = { tokens: 'i32', lengths: 'i32', promptLengths: 'i32' } as const;

const NONE = {} as const;

/** Arguments and result of each verb, and the tensors that go `in` with it and come `out` with its answer. */
export const verbs = {
  /** First on every connection. */
  hello: {
    args: z.object({ protocolVersion: z.literal(PROTOCOL_VERSION) }),
    result: z.object({
      protocolVersion: z.literal(PROTOCOL_VERSION),
      torch: z.string(),
      transformers: z.string(),
      /** `torch.backends.cpu.get_cpu_capability()`, such as AVX2, and the name of the first GPU if there is one. */
      instructionSet: z.string(),
      pid: count,
    }),
    in: NONE,
    out: NONE,
  },
  /** Loads the policy (and, frozen, the reference) from an HF folder; fresh AdamW moments. */
  create: {
    args: z.object({
      model: path,
      /** HF folder of the frozen reference policy, where the loss has a KL term. */
      reference: path.nullable(),
      /** Of PPO: a copy of the model with one output, whose weights are drawn from `seed`, trained by an AdamW of its own. */
      critic: z.object({ seed: count, optimizer: OptimizerSettings }).nullable(),
      threads: z.number().int().positive(),
      device: z.enum(['cpu', 'cuda']),
      /** `bf16`: the layers multiply in bf16; parameters, residual stream, head and loss stay in fp32. */
      precision: z.enum(['fp32', 'bf16']),
      /** Kernels for products of fp32 matrices; `fast` is refused where it is less exact than fp32. */
      matmul: z.enum(['exact', 'fast']),
      /** Backward passes compute each layer again instead of keeping what is inside; the same result in less memory. */
      gradientCheckpointing: z.boolean(),
      /** Upper limit of padded tokens in one pass of the model; never changes a result beyond rounding. */
      tokenBudget: z.number().int().positive(),
      optimizer: OptimizerSettings,
    }),
    result: z.object({}),
    in: NONE,
    out: NONE,
  },
  /** Replaces the token budget of `create`, after `OOM`. */
  set_token_budget: {
    args: z.object({ tokenBudget: z.number().int().positive() }),
    result: z.object({}),
    in: NONE,
    out: NONE,
  },
  /**
   * Draws K = `samples` completions of each of P prompts, in order: P·K results of N tokens together. `rows` [P] is the
   * position of each prompt in the step's batch; equal prompts share a prefill. `logprobs` [N] are at the temperature,
   * `stopped` [P·K] says which ended with a stop token.
   */
  sample: {
    args: z.object({
      samples: z.number().int().positive(),
      temperature: z.number().positive(),
      topP: z.number().positive().max(1),
      maxTokens: z.number().int().positive(),
      stop: z.array(count),
      seed: count,
      step: count,
    }),
    result: z.object({}),
    in: { tokens: 'i32', lengths: 'i32', rows: 'i32' },
    out: { tokens: 'i32', lengths: 'i32', logprobs: 'f32', stopped: 'u8' },
  },
  /** Log-probabilities and entropies [N] of completion tokens, logits divided by the temperature. */
  forward: {
    args: z.object({ slot: z.enum(['policy', 'reference']), temperature: z.number().positive() }),
    result: z.object({}),
    in: SEQUENCES,
    out: { logprobs: 'f32', entropy: 'f32' },
  },
  /** The critic's `values` [N + B]: n_b + 1 of each completion, before each token and after the last. */
  critic_forward: {
    args: z.object({}),
    result: z.object({}),
    in: SEQUENCES,
    out: { values: 'f32' },
  },
  /**
   * Adds the gradient of Σ_t w_t·(c_pg·pg_t + c_kl·kl_t − c_ent·H_t). All streams are [N]. Without `oldLogprobs` the
   * ratio is of the current ones, detached; `referenceLogprobs` must be there if klCoefficient ≠ 0. The sums of the
   * result are over w_t·term_t, before coefficients.
   */
  forward_backward: {
    args: z.object({ temperature: z.number().positive(), loss: LossSpec }),
    result: z.object({ loss: z.number(), pg: z.number(), kl: z.number(), entropy: z.number() }),
    in: {
      ...SEQUENCES,
      weights: 'f32',
      advantages: 'f32',
      oldLogprobs: 'f32?',
      referenceLogprobs: 'f32?',
    },
    out: { logprobs: 'f32', entropy: 'f32', pg: 'f32', kl: 'f32' },
  },
  /**
   * Adds the gradient of Σ w·½·max((V − R)², (clip(V, V_old ± clip) − R)²) to the critic's. All streams are [N + B], as
   * the `values` of `critic_forward`.
   */
  critic_forward_backward: {
    args: z.object({ clip: z.number().positive() }),
    result: z.object({ loss: z.number() }),
    in: { ...SEQUENCES, weights: 'f32', returns: 'f32', oldValues: 'f32' },
    out: { values: 'f32' },
  },
  /** Clips the slot's gradients by global norm (0: no clipping), applies AdamW, clears them. */
  optim_step: {
    args: z.object({
      slot: z.enum(['policy', 'critic']),
      learningRate: z.number().nonnegative(),
      clipNorm: z.number().nonnegative(),
    }),
    result: z.object({ gradNorm: z.number() }),
    in: NONE,
    out: NONE,
  },
  /**
   * Writes the policy as `export_hf` does, and into `directory` the optimizer's moments and the critic with its own, as
   * safetensors. Both folders exist. Answered when they are written, as they are when it comes: meanwhile other verbs go
   * on, and those that would change them (`create`, `optim_step`, `load_state`) wait. Several ranks write at once.
   */
  save_state: {
    args: z.object({ model: path, directory: path }),
    result: z.object({ model: Files, directory: Files }),
    in: NONE,
    out: NONE,
  },
  /** Replaces policy weights (from an HF folder), optimizer state and critic; gradients are cleared. */
  load_state: {
    args: z.object({ model: path, directory: path }),
    result: z.object({}),
    in: NONE,
    out: NONE,
  },
  /** Writes the policy as an HF folder in fp32: config and safetensors; tokenizer files are the driver's to copy. */
  export_hf: {
    args: z.object({ directory: path }),
    result: z.object({ files: Files }),
    in: NONE,
    out: NONE,
  },
  /**
   * Writes the policy for a reader on this machine, which takes it at once: config and safetensors in `dtype`, over those
   * that lie in the folder, through memory and without a digest.
   */
  publish_hf: {
    args: z.object({ directory: path, dtype: z.enum(['fp32', 'bf16']) }),
    result: z.object({ sizeBytes: count }),
    in: NONE,
    out: NONE,
  },
  /**
   * Any time, also while another verb is at work, which then ends with `CANCELLED` as soon as it can. With several ranks
   * the other verb ends by itself.
   */
  cancel: { args: z.object({}), result: z.object({}), in: NONE, out: NONE },
  status: {
    args: z.object({}),
    result: z.object({
      /** The most memory held so far by the first rank: `engine` of the host's, and `gpu` where it computes on one. */
      peakBytes: z.record(z.string(), count),
    }),
    in: NONE,
    out: NONE,
  },
  /** The engine answers, then exits with 0. */
  shutdown: { args: z.object({}), result: z.object({}), in: NONE, out: NONE },
} as const satisfies Record<string, { args: z.ZodType; result: z.ZodType; in: InTable; out: OutTable }>;

export type Verb = keyof typeof verbs;
export type Args<V extends Verb> = z.input<(typeof verbs)[V]['args']>;
export type Result<V extends Verb> = z.output<(typeof verbs)[V]['result']>;
/** The tensors that go with a verb, and those that come with its answer. */
export type TensorsIn<V extends Verb> = TensorsOf<(typeof verbs)[V]['in']>;
export type TensorsOut<V extends Verb> = TensorsOf<(typeof verbs)[V]['out']>;

export const EngineErrorCode = z.enum([
  'BAD_REQUEST', // the request does not fit this file; detail says where
  'NOT_CREATED', // a verb that needs a model came before `create`
  'MODEL_INVALID', // the folder holds no model the engine can load
  'STATE_INVALID', // the state does not fit the model
  'OOM', // all accumulated gradients are gone; detail.tokenBudget suggests a smaller one
  'NONFINITE', // logits, loss, gradient or what a step made is not finite; all accumulated gradients are gone
  'CANCELLED', // by `cancel`; all accumulated gradients are gone
  'DISK', // a file could not be written
  'INTERNAL', // a defect; detail.traceback
]);
export type EngineErrorCode = z.infer<typeof EngineErrorCode>;

export const ResponseHeader = z.discriminatedUnion('ok', [
  z.object({ id: count, ok: z.literal(true), result: z.unknown() }),
  z.object({
    id: count,
    ok: z.literal(false),
    error: z.object({
      code: EngineErrorCode,
      message: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  }),
]);
export type ResponseHeader = z.infer<typeof ResponseHeader>;

export const EventHeader = z.discriminatedUnion('event', [
  /** Every second, also during long work. */
  z.object({ event: z.literal('heartbeat') }),
  z.object({ event: z.literal('progress'), verb: z.string(), done: count, total: count }),
]);
export type EventHeader = z.infer<typeof EventHeader>;
