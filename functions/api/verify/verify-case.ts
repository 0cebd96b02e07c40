import { z } from '@hono/zod-openapi';
import { CaseId } from '#shared/case-id.ts';
import { GraderName, VerdictKind } from '#shared/records/evaluations.ts';
import type { VerifyOptions } from '#shared/verifier/verification.ts';
import { boundedArray } from '../../http/bounded-array.ts';

const MOST_CASES = 1000;
const tolerance = z.number().nonnegative();

/** Misspelt options are refused: a tolerance that is silently ignored changes verdicts. */
const Options = z.strictObject({
  tolerance: z.union([tolerance, z.array(tolerance).min(1)]).optional(),
  significantDigits: z.int().positive().max(15).optional(),
  unit: z.string().max(200).optional(),
  keepUnits: z.boolean().default(false),
}) satisfies z.ZodType<VerifyOptions>;

/** A line of `oneshot verify --batch`. Other fields are ignored, so that rows of a data set can stay as they are. */
export const VerifyCase = z
  .object({
    id: CaseId,
    gold: z
      .union([z.string(), z.array(z.string()).min(1).max(100)])
      .meta({ description: 'The reference answer; of several, any one counts.' }),
    answer: z.string().optional().meta({ description: 'A bare answer.' }),
    completion: z
      .string()
      .optional()
      .meta({ description: 'Or a completion, in which the answer is looked for.' }),
    mode: GraderName.default('benchmark'),
    options: Options.prefault({}),
  })
  .refine(({ answer, completion }) => (answer === undefined) !== (completion === undefined), {
    error: 'exactly one of "answer" and "completion" is needed',
  })
  .openapi('VerifyCase');
export type VerifyCase = z.infer<typeof VerifyCase>;

const Cases = boundedArray(VerifyCase, { min: 1, max: MOST_CASES });
const cases = {
  type: 'array',
  items: { $ref: '#/components/schemas/VerifyCase' },
  minItems: 1,
  maxItems: MOST_CASES,
} as const;

/** The cases themselves, or an object that has them. */
export const VerifyBody = z
  .preprocess((body) => (hasCases(body) ? body.cases : body), Cases)
  .openapi({
    oneOf: [cases, { type: 'object', required: ['cases'], properties: { cases } }],
    description: 'The cases, or `{ "cases": [...] }`.',
  }) as typeof Cases; // what is checked in the end

function hasCases(body: unknown): body is { readonly cases: unknown } {
  return typeof body === 'object' && body !== null && 'cases' in body;
}

export const VerifyResult = z
  .object({
    id: z.union([z.string(), z.number()]),
    correct: z.boolean(),
    verdict: VerdictKind,
    extracted: z.string().nullable(),
    reason: z.string(),
  })
  .openapi('VerifyResult');
export type VerifyResult = z.infer<typeof VerifyResult>;
