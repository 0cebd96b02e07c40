import { createRoute, z } from '@hono/zod-openapi';
import { apiApp } from '../../http/api-app.ts';
import { bearer, json, jsonBody, problems } from '../../http/responses.ts';
import { CaseQueue } from './case-queue.ts';
import type { Judges } from './judges.ts';
import { VerifyBody, VerifyResult } from './verify-case.ts';

const verifyRoute = createRoute({
  method: 'post',
  path: '/v1/verify',
  operationId: 'verifyAnswers',
  summary: 'Judge answers against reference answers',
  description:
    'Up to 1000 cases, as the lines of `oneshot verify --batch`. Stores nothing; reading scope is enough. Closing the ' +
    'connection ends the work; a token with 4000 cases under way is answered 429.',
  tags: ['verify'],
  security: bearer,
  request: jsonBody(VerifyBody),
  responses: {
    200: json('One result per case, in the order of the cases.', z.array(VerifyResult)),
    ...problems.judging,
  },
});

/** The verifier as a service: one queue for all who ask. */
export function verifyRoutes({ judges }: { readonly judges: Judges }) {
  const queue = new CaseQueue(judges);
  return apiApp().openapi(verifyRoute, async (c) => {
    const results = await queue.judge(c.req.valid('json'), c.get('client'), c.req.raw.signal);
    return c.json([...results], 200);
  });
}
