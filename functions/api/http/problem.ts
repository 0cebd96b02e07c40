import { z } from '@hono/zod-openapi';

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
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_TYPE = 'application/problem+json';
