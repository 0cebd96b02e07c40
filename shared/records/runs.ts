import { z } from 'zod';
import { EvaluationRequest, VerdictKind } from './evaluations.ts';
import { count, Digest, RunId, Sha256, schemaVersion } from './ids.ts';
import { FileRef } from './models.ts';

/** `index/runs/…` */
export const RunEntry = z.object({ schemaVersion, run: RunId, createdAt: z.number(), recipe: z.string() });
export type RunEntry = z.infer<typeof RunEntry>;

/**
 * `runs/{run}/run.json`: the settings of a run, every one resolved. What they mean only the trainer knows, which has a
 * schema of its own for them.
 */
export const StoredRun = z.object({
  schemaVersion,
  config: z.looseObject({ recipe: z.string() }),
  codeVersion: z.string(),
});
export type StoredRun = z.infer<typeof StoredRun>;

export const Host = z.object({
  torch: z.string(),
  transformers: z.string(),
  instructionSet: z.string(),
  /** `generatorVersion`, where our decoder draws the completions. */
  decoder: z.string().optional(),
});
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
  /** What each part of a sum of rewards gave, before its weight; absent where the reward is no sum. */
  parts: z.record(z.string(), z.number()).optional(),
  /** The advantage that all tokens share; `null` where a critic gives each its own. */
  advantage: z.number().nullable(),
  /** fp32, for n tokens: `values` and `returns` [n + 1], before each token and after the last; `advantages` [n]. */
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
