import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ProtocolPart } from '#shared/comparison/protocol-differences.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import { BenchmarkName } from '#shared/records/ids.ts';

const difference = z.number().min(-1).max(1);
const loss = z.number().min(0).max(1);

/** What must hold before a change goes on. Differences are shares: 0.02 is 2 points. */
export const Policy = z
  .strictObject({
    grader: GraderName.optional(),
    /** The verdict on the mean of the benchmarks. */
    verdict: z.literal('better').optional(),
    /** The mean of the benchmarks is at least so much better; below 0, it may be so much worse. */
    minDifference: difference.optional(),
    /** No benchmark is worse by more. */
    maxLoss: loss.optional(),
    /** Instead, for some of them. */
    benchmarks: z
      .record(
        BenchmarkName,
        z.strictObject({ minDifference: difference }).or(z.strictObject({ maxLoss: loss })),
      )
      .optional(),
    /** What alone may differ besides the weights. */
    mayDiffer: z.array(ProtocolPart).optional(),
  })
  .refine(
    ({ verdict, minDifference, maxLoss, benchmarks }) =>
      (verdict ?? minDifference ?? maxLoss) !== undefined || Object.keys(benchmarks ?? {}).length > 0,
    'it asks for nothing: say verdict, minDifference, maxLoss or benchmarks',
  );
export type Policy = z.infer<typeof Policy>;

/**
 * Reads a policy: YAML, of which JSON is a part.
 *
 * @throws {KnownError} `input-unreadable`, `policy-invalid`
 */
export async function readPolicy(path: string): Promise<Policy> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new KnownError('input-unreadable', `--policy ${path} cannot be read: ${messageOf(cause)}.`, {
      cause,
    });
  });
  const document = parseDocument(utf8Text(bytes, { code: 'policy-invalid', source: path }));
  const [fault] = document.errors;
  if (fault) throw invalid(path, (fault.message.split('\n')[0] ?? '').replace(/:$/, ''));
  const { data, error } = Policy.safeParse(document.toJS());
  if (data) return data;
  const [issue] = error.issues;
  const at = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  throw invalid(path, `${at}${issue?.message ?? ''}`);
}

function invalid(path: string, why: string): KnownError {
  const advice = 'Write YAML or JSON, such as "minDifference: -0.01".';
  return new KnownError('policy-invalid', `${path} is no policy: ${why}. ${advice}`);
}
