/**
 * Every queue message and every stored object, one zod schema each. Read this first: the stages of the evaluation
 * plane and the trainer meet here and nowhere else. Keys are in `storage/keys.ts`.
 *
 * Objects are created once and never change. What a clock, a host or chance could change goes to `telemetry/`.
 */
import { z } from 'zod';

const schemaVersion = z.literal(1);
const count = z.number().int().nonnegative();

/** 64 hexadecimal digits of a sha256; names a blob. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** 26 base32 characters of a sha256 over canonical JSON. */
export const Digest = z.string().regex(/^[a-z2-7]{26}$/);
/** A benchmark, such as `aime25`. */
export const BenchmarkName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
export type BenchmarkName = z.infer<typeof BenchmarkName>;
/** A training run: a digest of its config, or the name that its user gave. */
export const RunId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof RunId>;
/** One problem of a benchmark, such as `aime25/7`. */
export const ProblemId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}\/[a-z0-9_-]{1,64}$/)
  .brand<'ProblemId'>();
export type ProblemId = z.infer<typeof ProblemId>;

// ---- problem sets and models -------------------------------------------------------------------------------

/** What one problem allows beyond the verifier's general policies; see `VerifyOptions`. */
export const GradingOptions = z.object({
  /** Absolute; a list has one for each element of a list gold. */
  tolerance: z.union([z.number().nonnegative(), z.array(z.number().nonnegative()).min(1)]).optional(),
  significantDigits: z.number().int().positive().max(15).optional(),
  unit: z.string().min(1).max(200).optional(),
});
export type GradingOptions = z.infer<typeof GradingOptions>;

/** A line of `problem-sets/{digest}.jsonl`. */
export const Problem = z.object({
  id: ProblemId,
  problem: z.string().min(1),
  /** The reference answer; of several, any one counts. */
  answer: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  /** Absent where the general policies hold. */
  grading: GradingOptions.optional(),
  subject: z.string().optional(),
  level: z.number().int().optional(),
});
export type Problem = z.infer<typeof Problem>;

export const FileRef = z.object({ sha256: Sha256, sizeBytes: count });
export type FileRef = z.infer<typeof FileRef>;

/** Of a model's file, below its folder: no way out of it, and nothing hidden. */
export const FileName = z
  .string()
  .regex(
    /^[^./\\\p{Cc}][^/\\\p{Cc}]*(\/[^./\\\p{Cc}][^/\\\p{Cc}]*)*$/u,
    'is no file name inside the folder of the model',
  );

/** `models/{digest}.json`: the policy files of a model. The digest over `files` is the model's identity. */
export const ModelManifest = z.object({
  schemaVersion,
  files: z.record(FileName, FileRef),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

// ---- generations and evaluations ---------------------------------------------------------------------------

/** How one benchmark is sampled. */
export const GenerationSet = z.object({
  benchmark: BenchmarkName,
  /** Digest of the ordered [id, problem] pairs: golds are no part of a generation. */
  problems: Digest,
  samples: z.number().int().positive(),
  /** 0 is greedy. */
  temperature: z.number().nonnegative(),
  topP: z.number().positive().max(1),
  maxTokens: z.number().int().positive(),
});
export type GenerationSet = z.infer<typeof GenerationSet>;

/**
 * Who makes the completions. `onnx`: our decoder. `recorded`: they were made elsewhere and are read from a blob of JSON
 * lines, one `Completion` each. `endpoint`: an OpenAI-compatible server that the deployment allows under this name.
 */
export const GeneratorSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('onnx'), version: z.string() }),
  z.object({ kind: z.literal('recorded'), completions: Sha256 }),
  z.object({
    kind: z.literal('endpoint'),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
    version: z.string(),
  }),
]);
export type GeneratorSpec = z.infer<typeof GeneratorSpec>;

/** How a question becomes a prompt: the model's own chat template, or a fixed text of the paper. */
export const TemplateKind = z.enum(['chat', 'qwen25-math-cot', 'llama', 'deepseek-distill']);
export type TemplateKind = z.infer<typeof TemplateKind>;

/** Everything that decides the text of a completion; the generation's id is its digest. */
export const GenerationSpec = z.object({
  model: Digest,
  template: z.object({ kind: TemplateKind, digest: Digest }),
  /** Tokens that end a completion besides the model's own end tokens, where its vocabulary has them. */
  stop: z.array(z.string()),
  precision: z.literal('fp32'),
  generator: GeneratorSpec,
  seed: count,
  sets: z.array(GenerationSet).min(1),
});
export type GenerationSpec = z.infer<typeof GenerationSpec>;

/**
 * `generations/{gid}/manifest.json`
 *
 * @public
 */
export const GenerationManifest = z.object({ schemaVersion, spec: GenerationSpec });
export type GenerationManifest = z.infer<typeof GenerationManifest>;

export const GraderName = z.enum(['reward', 'benchmark', 'paper-train', 'paper-eval', 'format']);
export type GraderName = z.infer<typeof GraderName>;
export const Grader = z.object({ name: GraderName, version: z.string() });
export type Grader = z.infer<typeof Grader>;

/** `evaluations/{id}/request.json`; id = digest of generation, golds and graders. */
export const EvaluationRequest = z.object({
  schemaVersion,
  generation: GenerationSpec,
  /** Where the problems and golds of each set are read: the first `limit` of a stored problem set. */
  problemSets: z.record(
    BenchmarkName,
    z.object({ digest: Digest, limit: z.number().int().positive().optional() }),
  ),
  /** Digest of the ordered [id, answer] pairs of all sets. */
  golds: Digest,
  graders: z.array(Grader).min(1),
});
export type EvaluationRequest = z.infer<typeof EvaluationRequest>;

/** One completion to be made: `sample` counts from 0. */
export const Item = z.object({ problem: ProblemId, sample: count });
export type Item = z.infer<typeof Item>;

/** `evaluations/{id}/rounds/{r}/manifest.json`: what must be there before the round is complete. */
export const RoundManifest = z.object({
  schemaVersion,
  generation: Digest,
  shards: z
    .array(
      z.object({
        shard: count,
        items: z.array(Item).min(1),
        /** Key of the outcome of an earlier round that counts in this one: only failed shards run again. */
        from: z.string().optional(),
      }),
    )
    .min(1),
});
export type RoundManifest = z.infer<typeof RoundManifest>;

export const Completion = z.object({
  problem: ProblemId,
  sample: count,
  text: z.string(),
  /** Generated tokens, the stop token included. */
  tokens: count,
  finish: z.enum(['stop', 'length']),
});
export type Completion = z.infer<typeof Completion>;

/** A completion that cannot be asked for, since its prompt cannot: `reason` is the code of an error. */
export const Unanswered = Item.extend({ reason: z.string() });
export type Unanswered = z.infer<typeof Unanswered>;

/** `verified`: the worker checked the digest of the policy files and loaded those files itself. */
export const PolicyCheck = z.enum(['verified', 'claimed']);
export type PolicyCheck = z.infer<typeof PolicyCheck>;

/** A part of a shard, stored as gzip JSON lines: the header, then a `Completion` or `Unanswered` a line. */
export const PartHeader = z.object({
  schemaVersion,
  generation: Digest,
  shard: count,
  part: count,
  policy: PolicyCheck,
});
export type PartHeader = z.infer<typeof PartHeader>;

export const VerdictKind = z.enum(['correct', 'incorrect', 'no-answer', 'too-hard']);
export type VerdictKind = z.infer<typeof VerdictKind>;

export const ScoredItem = z.object({
  problem: ProblemId,
  subject: z.string().optional(),
  level: z.number().int().optional(),
  sample: count,
  tokens: count,
  truncated: z.boolean(),
  /** The completion holds `\boxed{`. */
  boxed: z.boolean(),
  /** Which of "rethink", "recheck", "recalculate" the completion holds. */
  reflection: z.array(z.string()),
  verdicts: z.record(
    z.string(),
    z.object({ verdict: VerdictKind, reason: z.string(), extracted: z.string().optional() }),
  ),
});
export type ScoredItem = z.infer<typeof ScoredItem>;

/** `…/outcomes/{shard}`: exactly one per shard, whichever came first. */
export const Outcome = z.discriminatedUnion('kind', [
  z.object({
    schemaVersion,
    kind: z.literal('scored'),
    policy: PolicyCheck,
    items: z.array(ScoredItem),
    /** Items without a completion, where there are any. */
    unanswered: z.array(Unanswered).optional(),
  }),
  z.object({ schemaVersion, kind: z.literal('failed'), reason: z.string() }),
]);
export type Outcome = z.infer<typeof Outcome>;

const Interval = z.tuple([z.number(), z.number()]);
export type Interval = z.infer<typeof Interval>;

/** Scores are shares in [0, 1]; `null` where completions are missing, with the bounds that remain. */
export const Score = z.object({
  mean: z.number().nullable(),
  /** 95 %: Wilson's for one greedy sample a problem, else that of `bounded-mean-interval.ts` over problems. */
  interval: Interval.nullable(),
  /** Failed or missing samples counted wrong, then right. */
  bounds: Interval,
});
export type Score = z.infer<typeof Score>;

export const BenchmarkSummary = z.object({
  benchmark: BenchmarkName,
  problems: count,
  samplesPerProblem: count,
  completions: count,
  failed: count,
  score: Score,
  subjects: z.record(z.string(), z.object({ problems: count, mean: z.number() })),
  meanTokens: z.number().nullable(),
  truncatedShare: z.number().nullable(),
  boxedShare: z.number().nullable(),
  reflection: z.record(z.string(), count),
  reasons: z.record(z.string(), count),
});
export type BenchmarkSummary = z.infer<typeof BenchmarkSummary>;

/** `…/summary.json`: a pure function of the round's manifest and outcomes. */
export const Summary = z.object({
  schemaVersion,
  evaluation: Digest,
  round: count,
  model: Digest,
  policy: PolicyCheck,
  coverage: z.object({
    shards: count,
    scored: count,
    failed: z.record(z.string(), count),
    /** Completions that could not be asked for, by reason, where there are any. */
    unanswered: z.record(z.string(), count).optional(),
  }),
  graders: z.record(z.string(), z.object({ average: Score, benchmarks: z.array(BenchmarkSummary) })),
});
export type Summary = z.infer<typeof Summary>;

/** `…/refused.json`: plan could not or would not; terminal for the round. */
export const Refused = z.object({ schemaVersion, code: z.string(), detail: z.string() });
export type Refused = z.infer<typeof Refused>;

/** `pending/…`: work that somebody promised to finish. */
export const Pending = z.object({
  schemaVersion,
  createdAt: z.number(),
  /** Plan refuses a round that would cost more. */
  maxCostUsd: z.number().nonnegative().optional(),
});
export type Pending = z.infer<typeof Pending>;

/** `…/cancelled`: read before each shard, which then fails with the reason `cancelled`. */
export const Cancelled = z.object({ schemaVersion });
export type Cancelled = z.infer<typeof Cancelled>;

/** `index/evaluations/…`: what a listing shows, newest first. */
export const EvaluationEntry = z.object({
  schemaVersion,
  evaluation: Digest,
  createdAt: z.number(),
  model: Digest,
  benchmarks: z.array(BenchmarkName),
  graders: z.array(GraderName),
  /** The checkpoint whose evaluation this is. */
  checkpoint: z.object({ run: RunId, step: count }).optional(),
});
export type EvaluationEntry = z.infer<typeof EvaluationEntry>;

/** `index/runs/…` */
export const RunEntry = z.object({ schemaVersion, run: RunId, createdAt: z.number(), recipe: z.string() });
export type RunEntry = z.infer<typeof RunEntry>;

// ---- runs --------------------------------------------------------------------------------------------------

export const Host = z.object({ torch: z.string(), transformers: z.string(), instructionSet: z.string() });
export type Host = z.infer<typeof Host>;

/** `runs/{run}/incarnations/{e}.json`: a driver claims the run; a higher number means: stop. */
export const Incarnation = z.object({
  schemaVersion,
  nonce: z.string(),
  /** Key of the checkpoint or rescue that this driver went on from. */
  resumesFrom: z.string().nullable(),
  /** What decides rounding besides the config's thread count; a run is bitwise only on one host of this kind. */
  host: Host,
});
export type Incarnation = z.infer<typeof Incarnation>;

/** One completion of a training step, as journals hold it: arrays are base64 of little-endian words. */
export const RolloutRecord = z.object({
  row: count,
  sample: count,
  /** Id of the training example. */
  example: z.string(),
  prompt: z.base64(),
  completion: z.base64(),
  truncated: z.boolean(),
  text: z.string(),
  /** fp32, as the sampler computed them. */
  samplerLogprobs: z.base64(),
  /** fp32; `null` where no term reads them: with one update a step the loss detaches the current ones. */
  oldLogprobs: z.base64().nullable(),
  /** fp32; `null` where no term of the loss reads them. */
  referenceLogprobs: z.base64().nullable(),
  verdict: VerdictKind,
  reason: z.string(),
  extracted: z.string().nullable(),
  reward: z.number(),
  /** Of every token of the completion; `null` where tokens differ, and a critic says how. */
  advantage: z.number().nullable(),
  /** fp32; of a completion of n tokens `values` and `returns` [n + 1], before each token and after the last, `advantages` [n]. */
  critic: z.object({ values: z.base64(), returns: z.base64(), advantages: z.base64() }).nullable(),
});
export type RolloutRecord = z.infer<typeof RolloutRecord>;

/** The blob behind a journal: all rollouts of a step, stored before its first gradient. */
export const Journal = z.object({ schemaVersion, step: count, rollouts: z.array(RolloutRecord).min(1) });
export type Journal = z.infer<typeof Journal>;
export const JournalRef = z.object({ schemaVersion, blob: Sha256 });
export type JournalRef = z.infer<typeof JournalRef>;

export const Metrics = z.record(z.string(), z.number());
export type Metrics = z.infer<typeof Metrics>;

/** `runs/{run}/steps/{e}/{step}.json` */
export const Step = z.object({ schemaVersion, step: count, journal: Sha256, metrics: Metrics });
export type Step = z.infer<typeof Step>;

/** `runs/{run}/checkpoints/{step}-{e}.json`: committed last, when everything it names is stored. */
export const Checkpoint = z.object({
  schemaVersion,
  step: count,
  model: Digest,
  /** Optimizer state, by file name. */
  state: z.record(z.string(), FileRef),
  parent: z.string().nullable(),
  /** Metrics of the steps since the parent. */
  steps: z.array(z.object({ step: count, metrics: Metrics })),
  evaluation: EvaluationRequest.nullable(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** `runs/{run}/rescue/{step}-{e}.json`: where a driver stood that was told to stop. No part of the trajectory. */
export const Rescue = Checkpoint.omit({ evaluation: true, parent: true }).extend({
  /** Key of the checkpoint that the next one descends from. */
  parent: z.string(),
});
export type Rescue = z.infer<typeof Rescue>;

// ---- telemetry: what a clock measured, outside every comparison ------------------------------------------------

/** What a clock and the host say of one training step. */
export const StepTelemetry = z.object({
  schemaVersion,
  /** When it was over, milliseconds since 1970. */
  at: z.number().optional(),
  /** By phase: publish, rollout, reward, reference, update, checkpoint. */
  seconds: z.record(z.string(), z.number()),
  /** By phase: rollout, update. */
  tokensPerSecond: z.record(z.string(), z.number()).default({}),
  /** Largest resident memory so far, by process: engine, driver. */
  peakBytes: z.record(z.string(), z.number()).default({}),
});
export type StepTelemetry = z.infer<typeof StepTelemetry>;

/** Seconds that one delivery of a shard's message took. */
export const ShardTelemetry = z.object({
  schemaVersion,
  type: z.enum(['generate-shard', 'verify-shard']),
  seconds: z.number(),
});
export type ShardTelemetry = z.infer<typeof ShardTelemetry>;

// ---- queue messages: references of a few hundred bytes, which may be lost or repeated ------------------------

export const CheckpointCommitted = z.object({
  schemaVersion,
  type: z.literal('checkpoint-committed'),
  run: RunId,
  step: count,
  incarnation: count,
});
export type CheckpointCommitted = z.infer<typeof CheckpointCommitted>;

/** Somebody put `evaluations/{id}/request.json` and wants it done. */
export const EvaluationRequested = z.object({
  schemaVersion,
  type: z.literal('evaluation-requested'),
  evaluation: Digest,
  /** 0, or the number of the retry whose earlier round ended with failures. */
  round: count,
});
export type EvaluationRequested = z.infer<typeof EvaluationRequested>;

/** A shard of a round. */
export interface ShardRef {
  readonly evaluation: string;
  readonly round: number;
  readonly shard: number;
}

const shardRef = { schemaVersion, evaluation: Digest, round: count, shard: count };
export const GenerateShard = z.object({ type: z.literal('generate-shard'), ...shardRef });
export type GenerateShard = z.infer<typeof GenerateShard>;
export const VerifyShard = z.object({ type: z.literal('verify-shard'), ...shardRef });
export type VerifyShard = z.infer<typeof VerifyShard>;

export const PlanMessage = z.discriminatedUnion('type', [CheckpointCommitted, EvaluationRequested]);
export type PlanMessage = z.infer<typeof PlanMessage>;
export const Message = z.discriminatedUnion('type', [
  CheckpointCommitted,
  EvaluationRequested,
  GenerateShard,
  VerifyShard,
]);
export type Message = z.infer<typeof Message>;

/** The queues and what travels on them. */
export const QueueName = z.enum(['plan', 'generate', 'verify']);
export type QueueName = z.infer<typeof QueueName>;
