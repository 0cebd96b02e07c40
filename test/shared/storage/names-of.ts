import fc from 'fast-check';
import { BenchmarkName, Digest, RunId, Sha256 } from '#shared/records/ids.ts';
import type { record } from '#shared/storage/records.ts';
import { arbitraryOf } from '../records/arbitrary-of.ts';

type Names = {
  readonly [K in keyof typeof record]: fc.Arbitrary<Parameters<(typeof record)[K]>>;
};

const run = arbitraryOf(RunId);
const digest = arbitraryOf(Digest);
const sha256 = arbitraryOf(Sha256);
const benchmark = arbitraryOf(BenchmarkName);
const incarnation = fc.nat({ max: 9999 });
const shard = fc.nat({ max: 999_999 });
/** Milliseconds since 1970. */
const createdAt = fc.nat({ max: 10 ** 13 });

export const stepRef = fc.record(
  { run, step: fc.nat({ max: 999_999 }), incarnation },
  { noNullPrototype: true },
);
export const roundRef = fc.record(
  { evaluation: digest, round: fc.nat({ max: 99 }) },
  { noNullPrototype: true },
);

/** What each row of the table of records can be named by. */
export const namesOf: Names = {
  model: fc.tuple(digest),
  modelOrigin: fc.tuple(digest, digest),
  rounded: fc.tuple(digest, fc.constantFrom('int8-1', 'int4-2')),
  roundingClaim: fc.tuple(digest, fc.constantFrom('int8-1', 'int4-2'), fc.nat({ max: 999_999 })),
  problemSetEntry: fc.tuple(benchmark, createdAt, digest),
  recording: fc.tuple(sha256),
  run: fc.tuple(run),
  runEntry: fc.tuple(createdAt, run),
  incarnation: fc.tuple(run, incarnation),
  journal: fc.tuple(stepRef),
  step: fc.tuple(stepRef),
  checkpoint: fc.tuple(stepRef),
  rescue: fc.tuple(stepRef),
  fork: fc.tuple(stepRef, run),
  released: fc.tuple(stepRef),
  generation: fc.tuple(digest),
  generationEntry: fc.tuple(digest, digest),
  evaluationRequest: fc.tuple(digest),
  evaluationEntry: fc.tuple(createdAt, digest),
  roundManifest: fc.tuple(roundRef),
  outcome: fc.tuple(roundRef, shard),
  summary: fc.tuple(roundRef),
  takenOver: fc.tuple(roundRef),
  refused: fc.tuple(roundRef),
  cancelled: fc.tuple(roundRef),
  note: fc.tuple(digest, digest),
  withdrawn: fc.tuple(digest, digest),
  pendingEvaluation: fc.tuple(roundRef),
  pendingCheckpoint: fc.tuple(stepRef),
  redriven: fc.tuple(sha256),
  token: fc.tuple(sha256),
  revokedToken: fc.tuple(sha256),
  stepTelemetry: fc.tuple(stepRef),
  shardTelemetry: fc.tuple(roundRef, shard, sha256),
};
