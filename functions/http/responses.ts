import type { z } from '@hono/zod-openapi';
import { PROBLEM_TYPE, Problem } from './problem.ts';
import type { ProblemStatus } from './status-of.ts';
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

const problem = (status: ProblemStatus) => ({
  description: titles[status],
  content: { [PROBLEM_TYPE]: { schema: Problem } },
});

/** What every route may answer: to a method or a `Host` that it does not take, and where something of ours fails. */
const anywhere = { 405: problem(405), 421: problem(421), 500: problem(500) };

/** What every route may answer that needs a token, whatever it does. */
const always = { ...anywhere, 400: problem(400), 401: problem(401), 422: problem(422), 503: problem(503) };

/** What every route may answer that takes a POST. */
const posted = { ...always, 403: problem(403), 413: problem(413), 415: problem(415) };
const stored = { ...posted, 507: problem(507) };

export const problems = {
  about: anywhere,
  reading: always,
  finding: { ...always, 404: problem(404) },
  writing: stored,
  changing: { ...stored, 404: problem(404), 409: problem(409) },
  judging: { ...posted, 429: problem(429) },
  comparing: { ...always, 404: problem(404), 409: problem(409) },
  streaming: { ...always, 404: problem(404), 501: problem(501) },
} as const;

/** The OpenAPI security of routes that need a token. */
export const bearer = [{ token: [] as string[] }];
