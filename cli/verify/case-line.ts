import { z } from 'zod';
import { CaseId } from '#shared/case-id.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import type { VerifyInput, VerifyOptions } from '#shared/verifier/verification.ts';

const tolerance = z.number().nonnegative();

/** Misspelt options are refused: a tolerance that is silently ignored changes verdicts. */
const Options = z.strictObject({
  tolerance: z.union([tolerance, z.array(tolerance).min(1)]).exactOptional(),
  significantDigits: z.int().positive().exactOptional(),
  unit: z.string().exactOptional(),
  keepUnits: z.boolean().exactOptional(),
}) satisfies z.ZodType<VerifyOptions>;

/** One case of a batch: a line of the input. Other fields are ignored, so that rows of a data set can stay as they are. */
export const CaseLine = z
  .object({
    id: CaseId,
    gold: z.union([z.string(), z.array(z.string()).min(1)]),
    answer: z.string().optional(),
    completion: z.string().optional(),
    mode: GraderName.optional(),
    options: Options.optional(),
  })
  .refine(({ answer, completion }) => (answer === undefined) !== (completion === undefined), {
    error: 'exactly one of "answer" and "completion" is needed',
  });
export type CaseLine = z.infer<typeof CaseLine>;

/** The command's options, which hold for lines that do not say otherwise. */
export interface CaseDefaults {
  readonly mode: GraderName;
  readonly options: VerifyOptions;
}

/** The verifier's input that a case stands for. */
export function toVerifyInput(
  { gold, answer, completion, mode, options }: Omit<CaseLine, 'id'>,
  defaults: CaseDefaults,
): VerifyInput & { readonly mode: GraderName } {
  const common = { gold, mode: mode ?? defaults.mode, options: options ?? defaults.options };
  return answer === undefined ? { ...common, completion: completion ?? '' } : { ...common, answer };
}
