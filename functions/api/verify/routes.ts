import { createRoute, z } from '@hono/zod-openapi';
import { apiApp } from '../http/api-app.ts';
import { bearer, json, jsonBody, problems } from '../http/responses.ts';
import { VerifyBody, VerifyResult } from './verify-case.ts';
import { verifyCases } from './verify-cases.ts';

const verifyRoute = createRoute({
  method: 'post',
  path: '/v1/verify',
  operationId: 'verifyAnswers',
  summary: 'Judge answers against reference answers',
  description:
    'Up to 1000 cases, as the lines of `oneshot verify --batch`. Stores nothing; reading scope is enough.',
  tags: ['verify'],
  security: bearer,
  request: jsonBody(VerifyBody),
  responses: {
    200: json('One result per case, in the order of the cases.', z.array(VerifyResult)),
    ...problems.judging,
  },
});

/** The verifier as a service. */
export const verifyRoutes = () =>
  apiApp().openapi(verifyRoute, async (c) => c.json(await verifyCases(c.req.valid('json')), 200));
