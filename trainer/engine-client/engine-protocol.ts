/**
 * The language of the TypeScript driver and the Python engine; no other file of either knows its field names
 * (the Python twin is `trainer/engine/oneshot_engine/protocol.py`).
 *
 * A connection is a Unix socket that carries frames both ways (`trainer/engine-client/engine-frames.ts`): a JSON header and named
 * tensors. The driver sends one request at a time, besides `cancel` and `save_state`; the engine answers it and sends
 * events in between. Ragged batches are flat: `tokens` holds all sequences one after another, `lengths` their lengths.
 */
import { z } from 'zod';
import { FileRef } from '#shared/messages.ts';

export const PROTOCOL_VERSION = 2;

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

/** Arguments and result of each verb, and the tensors that travel with them. */
export const verbs = {
  /** First on every connection. */
  hello: {
    mutates: false,
    args: z.object({ protocolVersion: z.literal(PROTOCOL_VERSION) }),
    result: z.object({
      protocolVersion: z.literal(PROTOCOL_VERSION),
      torch: z.string(),
      transformers: z.string(),
      python: z.string(),
      /** `torch.backends.cpu.get_cpu_capability()`, such as AVX2, and the name of the first GPU if there is one. */
      instructionSet: z.string(),
      pid: count,
    }),
  },
  /** Loads the policy (and, frozen, the reference) from an HF folder; fresh AdamW moments. */
  create: {
    mutates: true,
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
    result: z.object({ parameters: count, vocabulary: count, context: count }),
  },
  /** Replaces the token budget of `create`, after `OOM`. */
  set_token_budget: {
    mutates: true,
    args: z.object({ tokenBudget: z.number().int().positive() }),
    result: z.object({}),
  },
  /**
   * Tensors in: `tokens` i32 [Σ lengths], `lengths` i32 [P], `rows` i32 [P], the position of each prompt in the
   * step's batch. `samples` completions of each prompt, in order: P·K results. Equal prompts share a prefill.
   * Tensors out: `tokens` i32 [N], `lengths` i32 [P·K], `logprobs` f32 [N] at the temperature, `stopped` u8 [P·K].
   */
  sample: {
    mutates: false,
    args: z.object({
      samples: z.number().int().positive(),
      temperature: z.number().positive(),
      topP: z.number().positive().max(1),
      maxTokens: z.number().int().positive(),
      stop: z.array(count),
      seed: count,
      step: count,
    }),
    result: z.object({ version: count }),
  },
  /**
   * Tensors in: `tokens` i32, `lengths` i32 [B], `promptLengths` i32 [B]; the rest of each sequence is its
   * completion of n_b tokens, N = Σ n_b. Tensors out: `logprobs`, `entropy` f32 [N], logits divided by the
   * temperature; of the critic `values` f32 [N + B]: of each completion n_b + 1, before each token and after the last.
   */
  forward: {
    mutates: false,
    args: z.object({ slot: z.enum(['policy', 'reference', 'critic']), temperature: z.number().positive() }),
    result: z.object({}),
  },
  /**
   * Adds the gradient of Σ_t w_t·(c_pg·pg_t + c_kl·kl_t − c_ent·H_t). Tensors in: those of `forward`, `weights`
   * f32 [N], `advantages` f32 [N]; `oldLogprobs` f32 [N] unless the current ones are detached, `referenceLogprobs`
   * f32 [N] if klCoefficient ≠ 0; `klWeights`, `entropyWeights` f32 [N] where they differ from `weights`.
   * Tensors out: `logprobs`, `entropy`, `pg`, `kl` f32 [N]. Sums are over w_t·term_t, before coefficients.
   */
  forward_backward: {
    mutates: true,
    args: z.object({ temperature: z.number().positive(), loss: LossSpec }),
    result: z.object({ loss: z.number(), pg: z.number(), kl: z.number(), entropy: z.number() }),
  },
  /**
   * Adds the gradient of Σ w·½·max((V − R)², (clip(V, V_old ± clip) − R)²) to the critic's. Tensors in: those of
   * `forward`, `weights`, `returns`, `oldValues` f32 [N + B]. Tensors out: `values` f32 [N + B].
   */
  critic_forward_backward: {
    mutates: true,
    args: z.object({ clip: z.number().positive() }),
    result: z.object({ loss: z.number() }),
  },
  /** Clips the slot's gradients by global norm (0: no clipping), applies AdamW, clears them. */
  optim_step: {
    mutates: true,
    args: z.object({
      slot: z.enum(['policy', 'critic']),
      learningRate: z.number().nonnegative(),
      clipNorm: z.number().nonnegative(),
    }),
    result: z.object({ gradNorm: z.number(), version: count }),
  },
  /**
   * Writes the policy as `export_hf` does, and into `directory` the optimizer's moments and the critic with its own, as
   * safetensors. Both folders exist. Answered when they are written, as they are when it comes: meanwhile other verbs go
   * on, and those that would change them (`create`, `optim_step`, `load_state`) wait. Several ranks write at once.
   */
  save_state: {
    mutates: false,
    args: z.object({ model: path, directory: path }),
    result: z.object({ model: Files, directory: Files }),
  },
  /** Replaces policy weights (from an HF folder), optimizer state and critic; gradients are cleared. */
  load_state: {
    mutates: true,
    args: z.object({ model: path, directory: path }),
    result: z.object({ version: count }),
  },
  /** Writes the policy as an HF folder in fp32: config and safetensors; tokenizer files are the driver's to copy. */
  export_hf: {
    mutates: false,
    args: z.object({ directory: path }),
    result: z.object({ files: Files }),
  },
  /**
   * Any time, also while another verb is at work, which then ends with `CANCELLED` as soon as it can. With several ranks
   * the other verb ends by itself.
   */
  cancel: { mutates: false, args: z.object({}), result: z.object({}) },
  status: {
    mutates: false,
    args: z.object({}),
    result: z.object({
      created: z.boolean(),
      version: count,
      sequence: count,
      /** The most memory held so far by the first rank: `engine` of the host's, and `gpu` where it computes on one. */
      peakBytes: z.record(z.string(), count),
    }),
  },
  /** The engine answers, then exits with 0. */
  shutdown: { mutates: false, args: z.object({}), result: z.object({}) },
} as const satisfies Record<string, { mutates: boolean; args: z.ZodType; result: z.ZodType }>;

export type Verb = keyof typeof verbs;
export type Args<V extends Verb> = z.input<(typeof verbs)[V]['args']>;
export type Result<V extends Verb> = z.output<(typeof verbs)[V]['result']>;

/**
 * Header of a request. Mutating verbs carry `sequence`, counting from 1: a repeat gets the cached answer, a gap is
 * the error `SEQUENCE_GAP`.
 *
 * @public
 */
export const RequestHeader = z.object({
  id: count,
  verb: z.string(),
  sequence: z.number().int().positive().optional(),
  args: z.unknown(),
});

export const EngineErrorCode = z.enum([
  'BAD_REQUEST', // the request does not fit this file; detail says where
  'NOT_CREATED', // a verb that needs a model came before `create`
  'SEQUENCE_GAP',
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
      retryable: z.boolean(),
      detail: z.record(z.string(), z.unknown()),
    }),
  }),
]);
export type ResponseHeader = z.infer<typeof ResponseHeader>;

export const EventHeader = z.discriminatedUnion('event', [
  /** Every second, also during long work. */
  z.object({ event: z.literal('heartbeat') }),
  z.object({ event: z.literal('progress'), verb: z.string(), done: count, total: count }),
  z.object({ event: z.literal('log'), level: z.enum(['info', 'warning', 'error']), message: z.string() }),
]);
export type EventHeader = z.infer<typeof EventHeader>;
