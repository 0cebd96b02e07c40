import { z } from 'zod';
import { BenchmarkName, count, Digest, ProblemId, RunId, Sha256, schemaVersion } from './ids.ts';

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

export const Precision = z.enum(['fp32', 'bf16', 'int8', 'int4']);
export type Precision = z.infer<typeof Precision>;

/** Everything that decides the text of a completion; the generation's id is its digest. */
export const GenerationSpec = z.object({
  model: Digest,
  template: z.object({ kind: TemplateKind, digest: Digest }),
  /** Tokens that end a completion besides the model's own end tokens, where its vocabulary has them. */
  stop: z.array(z.string()),
  /** In which the generator computes; `int8` and `int4` are about a decoder's matrices, whose products they round. */
  precision: Precision,
  generator: GeneratorSpec,
  seed: count,
  sets: z.array(GenerationSet).min(1),
});
export type GenerationSpec = z.infer<typeof GenerationSpec>;

/** `generations/{gid}/manifest.json`: what decided the texts of its completions, for people to read. */
export const GenerationManifest = z.object({ schemaVersion, spec: GenerationSpec });
export type GenerationManifest = z.infer<typeof GenerationManifest>;

/** `index/generations/{basis}/{evaluation}`: where other generations of this basis may find completions. */
export const GenerationEntry = z.object({
  schemaVersion,
  /** The round whose manifest says in which shard each completion lies. */
  round: count,
});
export type GenerationEntry = z.infer<typeof GenerationEntry>;

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

/** A completion that has no end yet, since the time of the worker that made it so far was over. */
export const OpenCompletion = Item.extend({
  /** Its tokens so far. */
  begun: z.array(count).min(1),
  /** sha256 of its keys and values, `caches/…`, which need not be there. */
  cache: Sha256.optional(),
});
export type OpenCompletion = z.infer<typeof OpenCompletion>;

/** `verified`: the worker checked the digest of the policy files and loaded those files itself. */
export const PolicyCheck = z.enum(['verified', 'claimed']);
export type PolicyCheck = z.infer<typeof PolicyCheck>;

/** A part of a shard, stored as gzip JSON lines: the header, then a `Completion`, `Unanswered` or `OpenCompletion` a line. */
export const PartHeader = z.object({
  schemaVersion,
  generation: Digest,
  shard: count,
  part: count,
  policy: PolicyCheck,
  /** The evaluation that they were copied from, where they were not made for this generation. */
  from: Digest.optional(),
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

/** `…/taken-over.json`: completions that plan copied into the round's generation instead of having them made. */
export const TakenOver = z.object({
  schemaVersion,
  from: z.array(z.object({ evaluation: Digest, completions: z.number().int().positive() })).min(1),
});
export type TakenOver = z.infer<typeof TakenOver>;

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
