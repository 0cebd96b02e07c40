/**
 * The HTTP API: ask for evaluations, follow and compare them, judge answers, read runs. Each folder holds its cores,
 * pure functions over ports, and a `routes.ts` that checks requests and calls them; `http/` holds what all of them
 * share: who may come in, how large a body may be, and what an error looks like.
 */
import { bodyLimit } from 'hono/body-limit';
import { KnownError } from '#shared/errors.ts';
import { openApiDocument } from './about/open-api-document.ts';
import { aboutRoutes } from './about/routes.ts';
import type { ApiPorts } from './api-ports.ts';
import { evaluationRoutes } from './evaluations/routes.ts';
import { apiApp } from './http/api-app.ts';
import { authorize } from './http/authorize.ts';
import { onError } from './http/on-error.ts';
import { runRoutes } from './runs/routes.ts';
import { verifyRoutes } from './verify/routes.ts';

const MAX_BODY_BYTES = 2 ** 20;

/** Types of all routes, for `hc<Api>()` of `hono/client`. */
export type Api = ReturnType<typeof api>;

export function api(ports: ApiPorts) {
  const base = apiApp();
  base.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  base.onError(onError(ports.log));
  base.notFound((context) => {
    const message = `There is no ${context.req.method} ${context.req.path}. GET /docs lists what there is.`;
    throw new KnownError('route-unknown', message);
  });
  base.use(async (context, next) => {
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Cache-Control', 'no-store');
    await next();
  });
  base.use('/v1/*', authorize(ports.tokens), bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseBody }));
  return base
    .route(
      '/',
      aboutRoutes(ports.host.version, () => openApiDocument(base, ports.host.version)),
    )
    .route('/', evaluationRoutes(ports))
    .route('/', verifyRoutes())
    .route('/', runRoutes(ports));
}

function refuseBody(): never {
  throw new KnownError(
    'body-too-large',
    `The body is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB. Send several smaller requests.`,
  );
}
