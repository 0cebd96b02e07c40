/**
 * The HTTP API: ask for evaluations, follow and compare them, judge answers, read runs; beside it, the pages of
 * `functions/dashboard/`. Each folder holds its cores,
 * pure functions over ports, and a `routes.ts` that checks requests and calls them; what is only read, and the pages read
 * too, lies in `functions/results/`, and in `functions/http/` what all share: who may come in and what an error looks like.
 */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { KnownError } from '#shared/errors.ts';
import { dashboard, unknownPage, wantsPage } from '../dashboard/app.ts';
import type { DashboardActions } from '../dashboard/dashboard-ports.ts';
import { apiApp } from '../http/api-app.ts';
import { authorize } from '../http/authorize.ts';
import { HttpMetrics } from '../http/http-metrics.ts';
import { KnownRoutes } from '../http/known-routes.ts';
import { onError } from '../http/on-error.ts';
import { nameRequest } from '../http/request-id.ts';
import { utf8Body } from '../http/utf8-body.ts';
import type { Comparison } from '../results/evaluations/comparison-view.ts';
import type { EvaluationView } from '../results/evaluations/evaluation-view.ts';
import { Memory } from '../results/memory.ts';
import { metricRoutes } from './about/metric-routes.ts';
import { openApiDocument } from './about/open-api-document.ts';
import { aboutRoutes } from './about/routes.ts';
import type { ApiPorts } from './api-ports.ts';
import { completionRoutes, openAiRoutes } from './completions/routes.ts';
import { cancelEvaluation } from './evaluations/cancel-evaluation.ts';
import { retryEvaluation } from './evaluations/retry-evaluation.ts';
import { evaluationRoutes } from './evaluations/routes.ts';
import { modelRoutes } from './models/routes.ts';
import { noteRoutes } from './notes/routes.ts';
import { withdrawNote } from './notes/withdraw-note.ts';
import { writeNote } from './notes/write-note.ts';
import { redriveLetter } from './operations/redrive-letter.ts';
import { operationRoutes } from './operations/routes.ts';
import { runRoutes } from './runs/routes.ts';
import { verifyRoutes } from './verify/routes.ts';

const MAX_BODY_BYTES = 2 ** 20;
/** Rounds that are over and comparisons of them, some tens of kilobytes each, of this process. */
const MOST_REMEMBERED = 500;

/** Types of all routes, for `hc<Api>()` of `hono/client`. */
export type Api = ReturnType<typeof api>;

export function api(given: ApiPorts) {
  const ports = {
    ...given,
    finished: new Memory<EvaluationView>(MOST_REMEMBERED),
    comparisons: new Memory<Promise<readonly Comparison[]>>(MOST_REMEMBERED),
  };
  const base = apiApp();
  const known = new KnownRoutes(base);
  base.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  base.onError(onError(ports.log));
  base.notFound((context) => {
    if (wantsPage(context)) return unknownPage(context);
    const message = `There is no ${context.req.method} ${context.req.path}. GET /docs lists what there is.`;
    throw new KnownError('route-unknown', message);
  });
  const metrics = new HttpMetrics((path) => known.templateOf(path));
  base.use(metrics.measure, nameRequest, securityHeaders, known.refuseMethod);
  base.use('/metrics', authorize(ports.tokens), known.refuseQuery);
  base.use('/v1/*', authorize(ports.tokens), known.refuseQuery, ...bodyChecks);
  const retry = (evaluation: string) => retryEvaluation(evaluation, undefined, ports);
  const cancel = (evaluation: string) => cancelEvaluation(evaluation, ports);
  const redrive = (letter: string) => redriveLetter(letter, ports);
  const note: DashboardActions['note'] = (evaluation, item, objection) =>
    writeNote(evaluation, item, objection, ports);
  const withdraw = (evaluation: string, id: string) => withdrawNote(evaluation, id, ports);
  const actions = { retry, cancel, redrive, note, withdraw };
  // No part of the client's types: pages, and what OpenAI's clients ask.
  base.route('/', dashboard({ ...ports, actions }));
  base.route('/v1', completionRoutes(ports));
  base.route('/openai/v1', openAiRoutes(ports, [authorize(ports.tokens), ...bodyChecks]));
  return base
    .route(
      '/',
      aboutRoutes(ports.host, () => openApiDocument(base, ports.host.version)),
    )
    .route('/', metricRoutes(metrics, ports))
    .route('/', evaluationRoutes(ports))
    .route('/', noteRoutes(ports))
    .route('/', verifyRoutes(ports))
    .route('/', runRoutes(ports))
    .route('/', modelRoutes(ports))
    .route('/', operationRoutes(ports));
}

/** Looking for a body makes a whole request of the platform's own, which takes longer than most answers to a GET. */
function whereBodiesAre(check: MiddlewareHandler): MiddlewareHandler {
  return (context, next) =>
    context.req.method === 'GET' || context.req.method === 'HEAD' ? next() : check(context, next);
}

const bodyChecks = [
  whereBodiesAre(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuseBody })),
  whereBodiesAre(utf8Body),
];

/** Browsers show nothing of ours in other pages, guess no types, and keep nothing unless a route says so. */
const securityHeaders: MiddlewareHandler = async (context, next) => {
  context.header('X-Content-Type-Options', 'nosniff');
  context.header('X-Frame-Options', 'DENY');
  context.header('Referrer-Policy', 'no-referrer');
  context.header('Cross-Origin-Opener-Policy', 'same-origin');
  context.header('Cross-Origin-Resource-Policy', 'same-origin');
  context.header('Cache-Control', 'no-store');
  await next();
};

function refuseBody(): never {
  throw new KnownError(
    'body-too-large',
    `The body is larger than ${MAX_BODY_BYTES / 2 ** 20} MiB. Send several smaller requests.`,
  );
}
