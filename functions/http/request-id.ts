import type { MiddlewareHandler } from 'hono';
import type { ApiVariables } from './api-variables.ts';

const HEADER = 'X-Request-Id';
const GIVEN = /^[\w.:+/=-]{1,128}$/;

/** Names each request as its client did, else by chance: in the answer, in problems and in the log. */
export const nameRequest: MiddlewareHandler<ApiVariables> = async (context, next) => {
  const given = context.req.header(HEADER);
  const id = given !== undefined && GIVEN.test(given) ? given : crypto.randomUUID();
  context.set('requestId', id);
  context.header(HEADER, id);
  await next();
};
