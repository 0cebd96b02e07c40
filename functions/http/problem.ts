import { z } from '@hono/zod-openapi';
import type { KnownError } from '#shared/errors.ts';
import { type ProblemStatus, statusOf } from './status-of.ts';
import { titles } from './titles.ts';

/** RFC 9457 problem document: what every answer that is not a success holds. */
export const Problem = z
  .object({
    type: z.string().meta({ description: 'Always about:blank: `code` names the kind of problem.' }),
    title: z.string().meta({ description: 'The phrase of the status.' }),
    status: z.number().int(),
    code: z
      .string()
      .meta({ description: 'Stable name of the problem, for programs.', example: 'token-missing' }),
    detail: z.string().meta({ description: 'What happened and what to do next, for people.' }),
    requestId: z
      .string()
      .optional()
      .meta({ description: 'As in X-Request-Id; absent where the request was refused before it was read.' }),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_TYPE = 'application/problem+json';

const LONGEST_DETAIL = 1000;

/** What is told instead of what happened: paths, buckets and stacks are for the log. */
const TOLD: Readonly<Partial<Record<ProblemStatus, string>>> = {
  500: 'Something failed that should not; the log of the API says what.',
  503: 'What the API stands on does not answer for the moment. Ask again after Retry-After.',
};

/** The document about a problem. What is a fault of ours is told to nobody but the log. */
export function problemOf(
  code: KnownError['code'],
  detail: string,
): Problem & { readonly status: ProblemStatus } {
  const status = statusOf(code);
  const told = TOLD[status] ?? detail;
  const title = titles[status];
  return { type: 'about:blank', title, status, code, detail: told.slice(0, LONGEST_DETAIL) };
}
