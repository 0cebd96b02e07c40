/**
 * Every record of the store: the key it lies at and what lies there, one row a kind. `put`, `read` and `find` take a row
 * with its names filled in, `record.outcome(ref, shard)`, or with a key that was listed or that another record refers to,
 * `record.outcome.at(key)`. Both ways the object has the row's schema: what does not fit is a type error, and an error.
 *
 * Not here are blobs and rounded models, which lie at the digest of their bytes, and what is no JSON object: problem sets and completions.
 */
import type { z } from 'zod';
import {
  EvaluationEntry,
  EvaluationRequest,
  GenerationEntry,
  GenerationManifest,
  Outcome,
  Pending,
  Refused,
  RoundManifest,
  TakenOver,
} from '../records/evaluations.ts';
import type { SCHEMA_VERSION } from '../records/ids.ts';
import { Marker } from '../records/marker.ts';
import { ModelManifest, ModelOrigin, RoundedModel } from '../records/models.ts';
import { Note } from '../records/notes.ts';
import { ProblemSetEntry } from '../records/problems.ts';
import { RecordingIndex } from '../records/recordings.ts';
import { Checkpoint, Incarnation, JournalRef, Rescue, RunEntry, Step, StoredRun } from '../records/runs.ts';
import { Summary } from '../records/summary.ts';
import { ShardTelemetry, StepTelemetry } from '../records/telemetry.ts';
import { Token } from '../records/tokens.ts';
import { keys } from './keys.ts';

/** A schema of the version that `put` writes. */
export type RecordSchema = z.ZodType<{ readonly schemaVersion: typeof SCHEMA_VERSION }>;

/** One place of the store, and what lies there if anything does. */
export interface StoredRecord<S extends RecordSchema> {
  readonly key: string;
  readonly schema: S;
}

/** A row of the table: the record of these names. */
export interface RecordKind<Names extends readonly unknown[], S extends RecordSchema> {
  (...names: Names): StoredRecord<S>;
  /** The record at a key that was listed, or that another record refers to. */
  at(key: string): StoredRecord<S>;
}

export function kind<Names extends readonly unknown[], S extends RecordSchema>(
  keyOf: (...names: Names) => string,
  schema: S,
): RecordKind<Names, S> {
  const at = (key: string) => ({ key, schema });
  return Object.assign((...names: Names) => at(keyOf(...names)), { at });
}

export const record = {
  model: kind(keys.model, ModelManifest),
  modelOrigin: kind(keys.modelOrigin, ModelOrigin),
  rounded: kind(keys.rounded, RoundedModel),
  roundingClaim: kind(keys.roundingClaim, Marker),
  problemSetEntry: kind(keys.problemSetEntry, ProblemSetEntry),
  recording: kind(keys.recording, RecordingIndex),

  run: kind(keys.run, StoredRun),
  runEntry: kind(keys.runEntry, RunEntry),
  incarnation: kind(keys.incarnation, Incarnation),
  journal: kind(keys.journal, JournalRef),
  step: kind(keys.step, Step),
  checkpoint: kind(keys.checkpoint, Checkpoint),
  rescue: kind(keys.rescue, Rescue),
  fork: kind(keys.fork, Marker),
  released: kind(keys.released, Marker),

  generation: kind(keys.generation, GenerationManifest),
  generationEntry: kind(keys.generationEntry, GenerationEntry),
  evaluationRequest: kind(keys.evaluationRequest, EvaluationRequest),
  evaluationEntry: kind(keys.evaluationEntry, EvaluationEntry),
  roundManifest: kind(keys.roundManifest, RoundManifest),
  outcome: kind(keys.outcome, Outcome),
  summary: kind(keys.summary, Summary),
  takenOver: kind(keys.takenOver, TakenOver),
  refused: kind(keys.refused, Refused),
  cancelled: kind(keys.cancelled, Marker),
  note: kind(keys.note, Note),
  withdrawn: kind(keys.withdrawn, Marker),

  pendingEvaluation: kind(keys.pendingEvaluation, Pending),
  pendingCheckpoint: kind(keys.pendingCheckpoint, Pending),

  redriven: kind(keys.redriven, Marker),

  token: kind(keys.token, Token),
  revokedToken: kind(keys.revokedToken, Marker),

  stepTelemetry: kind(keys.stepTelemetry, StepTelemetry),
  shardTelemetry: kind(keys.shardTelemetry, ShardTelemetry),
};
