/**
 * What travels on the queues: references of a few hundred bytes, which may be lost or repeated. What they refer to are the
 * records of `records/`.
 */
import { z } from 'zod';
import { count, Digest, RunId, schemaVersion } from '../records/ids.ts';

/** A driver has stored a checkpoint that is to be evaluated. */
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
