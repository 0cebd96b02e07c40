import { z } from 'zod';
import { PolicyCheck } from './evaluations.ts';
import { BenchmarkName, count, Digest, schemaVersion } from './ids.ts';

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
