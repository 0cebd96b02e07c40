import { z } from '@hono/zod-openapi';
import { GraderName, VerdictKind } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest, ProblemId, RunId } from '#shared/records/ids.ts';
import type { Problem } from '#shared/records/problems.ts';
import { Paging, pageOf } from '../../http/paging.ts';
import { queryFlag, TextQuery } from '../../http/query-values.ts';
import { FacetCounts } from '../facets.ts';
import type { JudgedSample } from './judged-shards.ts';
import { NoteView } from './notes.ts';

const length = z.coerce.number().int().nonnegative().optional();

export const SampleQuery = Paging.extend({
  benchmark: BenchmarkName.optional(),
  problem: ProblemId.optional(),
  verdict: VerdictKind.optional().meta({ description: '`no-answer`: those without one.' }),
  grader: GraderName.optional().meta({
    description: 'Whose verdicts; by default those of `reward`, else of the first of the evaluation.',
  }),
  disagree: queryFlag
    .optional()
    .meta({ description: 'Whether some graders call it correct and others do not.' }),
  truncated: queryFlag.optional(),
  suspect: queryFlag.optional().meta({
    description: 'Whether it is not correct although a box of it holds the reference answer as written.',
  }),
  level: z.coerce.number().int().optional(),
  minTokens: length,
  maxTokens: length,
  q: TextQuery.optional().meta({ description: 'What the completion or the question holds, in any case.' }),
});
export type SampleQuery = z.infer<typeof SampleQuery>;

const asked = {
  problem: ProblemId,
  sample: z.number().int(),
  question: z.string(),
  gold: z.union([z.string(), z.array(z.string())]),
  subject: z.string().nullable(),
  level: z.number().int().nullable(),
  completion: z.string(),
  tokens: z.number().int(),
  truncated: z.boolean(),
};
const judged = {
  grader: GraderName,
  verdict: VerdictKind,
  extracted: z.string().nullable(),
  reason: z.string(),
};

/** One completion with its problem and what a grader concluded. */
export const Sample = z
  .object({
    ...asked,
    ...judged,
    disagree: z.boolean().meta({ description: 'Some graders call it correct, others do not.' }),
  })
  .openapi('Sample');
export type Sample = z.infer<typeof Sample>;

export const SamplePage = pageOf(Sample).extend({
  previous: z
    .string()
    .nullable()
    .meta({ description: 'Cursor of the page before; null on the first, and where `total` is.' }),
  before: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'How many come before this page; null where `total` is.' }),
  counts: z
    .object({
      benchmark: FacetCounts,
      verdict: FacetCounts,
      truncated: FacetCounts,
      disagree: FacetCounts,
      suspect: FacetCounts,
      level: FacetCounts,
    })
    .nullable()
    .meta({ description: 'null where `total` is.' }),
});
export type SamplePage = z.infer<typeof SamplePage>;

/** One completion with all that is known of it. */
export const SampleDetail = z
  .object({
    ...{ evaluation: Digest, round: z.number().int(), model: Digest },
    checkpoint: z.object({ run: RunId, step: z.number().int() }).nullable().meta({
      description: 'Whose evaluation it is; null where a model was given by hand, or it is an old one.',
    }),
    ...asked,
    boxed: z.boolean(),
    reflection: z.array(z.string()),
    verdicts: z.array(z.object(judged)).meta({ description: 'Of every grader.' }),
    siblings: z
      .array(
        z.object({ sample: z.number().int(), tokens: z.number().int(), verdicts: z.array(z.object(judged)) }),
      )
      .meta({ description: 'All samples of the problem, this one among them.' }),
    notes: z.array(NoteView).meta({ description: 'Where readers disagree with a grader.' }),
  })
  .openapi('SampleDetail');
export type SampleDetail = z.infer<typeof SampleDetail>;

/** A problem and what was written for it. */
export function askedOf(item: JudgedSample, problem: Problem | undefined) {
  const { problem: id, sample, tokens, truncated, subject, level, text } = item;
  return {
    ...{ problem: id, sample, question: problem?.problem ?? '', gold: problem?.answer ?? '' },
    ...{ subject: subject ?? null, level: level ?? null, completion: text, tokens, truncated },
  };
}

/** What a grader concluded. */
export function judgedBy(grader: GraderName, { verdicts }: Pick<JudgedSample, 'verdicts'>) {
  const known = verdicts[grader] ?? { verdict: 'no-answer' as const, reason: 'not-judged' };
  const { verdict, reason, extracted } = known;
  return { grader, verdict, extracted: extracted ?? null, reason };
}
