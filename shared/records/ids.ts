/**
 * What the trainer and the evaluation plane store, one zod schema a kind of record, by plane. Read it first: they meet in
 * these records and in the messages of `shared/messaging/messages.ts`, nowhere else. `problems` and `models` are what both
 * read; `evaluations` and `summary` are the evaluation plane's, `notes` its readers', `runs` the trainer's; `telemetry` holds
 * whatever a clock, a host or chance could change. Which key each record lies at says the table in
 * `shared/storage/records.ts`.
 *
 * A record is created once and never changes. This file has what the others are made of: versions, counts, digests, names.
 */
import { z } from 'zod';

/** What `schemaVersion` says in every record and message of today; `put` writes it. */
export const SCHEMA_VERSION = 1;
export const schemaVersion = z.literal(SCHEMA_VERSION);
/** A record as it is put. Distributes over unions, such as the kinds of an outcome. */
export type Unversioned<T> = T extends unknown ? Omit<T, 'schemaVersion'> : never;

export const count = z.number().int().nonnegative();

/** 64 hexadecimal digits of a sha256; names a blob. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** 26 base32 characters of a sha256 over canonical JSON. */
export const Digest = z.string().regex(/^[a-z2-7]{26}$/);

/** A benchmark, such as `aime25`. */
export const BenchmarkName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
export type BenchmarkName = z.infer<typeof BenchmarkName>;

/** A training run: a digest of its config, or the name that its user gave. */
export const RunId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
export type RunId = z.infer<typeof RunId>;

/** One problem of a benchmark, such as `aime25/7`. */
export const ProblemId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}\/[a-z0-9_-]{1,64}$/);
export type ProblemId = z.infer<typeof ProblemId>;
