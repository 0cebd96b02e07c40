import { z } from '@hono/zod-openapi';
import { ProtocolPart } from '#shared/comparison/protocol-differences.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest, ProblemId, Sha256 } from '#shared/records/ids.ts';

const interval = z.tuple([z.number(), z.number()]);
const share = z.number();
const problemIds = z.array(ProblemId);

/** As `Verdict` of `shared/comparison/verdict.ts`. */
const VerdictView = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.enum(['better', 'worse']), difference: share, interval }),
    z.object({
      kind: z.literal('no-difference'),
      within: share.meta({ description: 'A larger difference is excluded.' }),
    }),
    z.object({
      kind: z.literal('cannot-tell'),
      problemsNeeded: z.number().int().meta({
        description: 'So many would find a difference of the size of the margin in 80 of 100 cases.',
      }),
      margin: share,
    }),
    z.object({ kind: z.literal('blocked') }),
  ])
  .openapi('Verdict', { description: 'Of the second evaluation against the first.' });

const Difference = z.object({
  problems: z.number().int().meta({ description: 'Scored in both.' }),
  first: share.meta({ description: 'Mean share of right samples.' }),
  second: share,
  difference: share.meta({ description: 'Second minus first, in [−1, 1].' }),
  interval: interval.meta({ description: '95 %, over problems.' }),
  p: z.number().meta({ description: 'Two-sided.' }),
  adjustedP: z.number().meta({ description: 'By Holm, over what is compared at once.' }),
  detectable: share.meta({ description: 'The smallest difference that is found in 80 of 100 cases.' }),
  verdict: VerdictView,
  text: z.string().meta({ description: 'The verdict in words.' }),
});

const BenchmarkDifference = Difference.extend({
  benchmark: BenchmarkName,
  samples: z.tuple([z.number().int(), z.number().int()]).meta({ description: 'Of each problem.' }),
  test: z.enum(['mcnemar', 'sign-flip']).meta({ description: 'Both exact.' }),
  unpaired: z.number().int().meta({ description: 'Problems that one of the two has scored alone.' }),
  gained: problemIds.meta({ description: 'Solved by the second alone: at least half of its samples.' }),
  lost: problemIds.meta({ description: 'Solved by the first alone.' }),
  solved: problemIds.meta({ description: 'Solved by both.' }),
  unsolved: problemIds.meta({ description: 'Solved by neither.' }),
});

const ProtocolDifference = z.object({
  what: ProtocolPart,
  severity: z
    .enum(['may-move-scores', 'pairs-do-not-match'])
    .meta({ description: 'The second kind blocks the verdict.' }),
  benchmark: BenchmarkName.optional(),
  first: z.string(),
  second: z.string(),
});

/** Two evaluations on the problems that they share. */
export const Comparison = z
  .object({
    first: Digest,
    second: Digest,
    sameModel: z.boolean().meta({ description: 'Not even the weights differ.' }),
    recordings: z
      .tuple([Sha256.nullable(), Sha256.nullable()])
      .meta({ description: 'The recorded completions of each side; null where a model made them here.' }),
    grader: GraderName,
    margin: share,
    verdict: VerdictView,
    text: z.string().meta({ description: 'The verdict in words.' }),
    differences: z
      .array(ProtocolDifference)
      .meta({ description: 'What differs besides the weights, what blocks the verdict first.' }),
    average: Difference.nullable().meta({
      description: 'Mean of the benchmarks; null where one is blocked.',
    }),
    benchmarks: z.array(BenchmarkDifference).meta({ description: 'Those whose pairs match.' }),
  })
  .openapi('Comparison');
export type Comparison = z.infer<typeof Comparison>;

/** A difference that matters less than this is as good as none. */
export const MARGIN = 0.05;

export const ComparisonQuery = z.object({
  grader: GraderName.optional().meta({ description: 'By default reward, else the first that both have.' }),
  margin: z.coerce
    .number()
    .positive()
    .max(1)
    .default(MARGIN)
    .meta({ description: 'Differences up to here do not matter, a share.' }),
});
export type ComparisonQuery = z.infer<typeof ComparisonQuery>;

/** The sides of a table at most, the first among them. */
const MOST_SIDES = 21;
const DIGEST = '[a-z2-7]{26}';

/** As `ComparisonQuery`, with the evaluations that are held against the first. */
export const SeveralQuery = ComparisonQuery.extend({
  others: z
    .string()
    .regex(
      new RegExp(`^${DIGEST}(,${DIGEST}){0,${MOST_SIDES - 2}}$`),
      `must be 1 to ${MOST_SIDES - 1} evaluations with commas between them`,
    )
    .transform((text) => text.split(','))
    .meta({ description: `Evaluations with commas between them, ${MOST_SIDES - 1} at most.` }),
});

/** Each of the others against the first, in the order asked for. */
export const Comparisons = z.object({ items: z.array(Comparison) });
