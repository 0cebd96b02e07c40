import type { z } from '@hono/zod-openapi';
import { PROBLEM_TYPE, Problem } from './problem.ts';
import { titles } from './titles.ts';

/** A JSON answer of a route. */
export const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A JSON body that a route needs. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  body: { required: true, content: { 'application/json': { schema } } },
});

const problem = (status: number) => ({
  description: titles[status] ?? 'Error',
  content: { [PROBLEM_TYPE]: { schema: Problem } },
});

/** What every route may answer that needs a token, whatever it does. */
const always = { 400: problem(400), 401: problem(401), 500: problem(500) };

export const problems = {
  reading: always,
  finding: { ...always, 404: problem(404) },
  writing: { ...always, 403: problem(403), 413: problem(413), 415: problem(415), 422: problem(422) },
  changing: { ...always, 403: problem(403), 404: problem(404), 409: problem(409), 413: problem(413) },
  judging: { ...always, 413: problem(413), 415: problem(415) },
  comparing: { ...always, 404: problem(404), 409: problem(409), 422: problem(422) },
  sampling: { ...always, 404: problem(404), 422: problem(422) },
  streaming: { ...always, 404: problem(404), 501: problem(501) },
} as const;

/** The OpenAPI security of routes that need a token. */
export const bearer = [{ token: [] as string[] }];
