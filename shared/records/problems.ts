import { z } from 'zod';
import { Digest, ProblemId, schemaVersion } from './ids.ts';

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

/** `index/problem-sets/{benchmark}/…`: a set that was pushed under a benchmark's name, newest first. */
export const ProblemSetEntry = z.object({ schemaVersion, digest: Digest });
