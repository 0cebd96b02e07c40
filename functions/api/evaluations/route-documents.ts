/** What the routes of evaluations take and answer: checked on the way in, published as OpenAPI. */

import { createRoute, z } from '@hono/zod-openapi';
import { BenchmarkName, Digest } from '#shared/records/ids.ts';
import { PathNumber, ProblemName } from '../../http/path-values.ts';
import { bearer, json, jsonBody, problems } from '../../http/responses.ts';
import {
  Comparison,
  ComparisonQuery,
  Comparisons,
  SeveralQuery,
} from '../../results/evaluations/comparison-view.ts';
import { EvaluationView } from '../../results/evaluations/evaluation-view.ts';
import { EvaluationPage, EvaluationQuery } from '../../results/evaluations/list-evaluations.ts';
import { SampleDetail, SamplePage, SampleQuery } from '../../results/evaluations/sample-view.ts';
import { EvaluationBody } from './evaluation-body.ts';
import { RetryBody } from './retry-evaluation.ts';

const common = { tags: ['evaluations'], security: bearer };
const params = z.object({ evaluation: Digest });
const seen = z.object({
  'if-none-match': z.string().optional().meta({ description: 'The ETag seen last.' }),
});
const tag = z.object({ ETag: z.string() });
const location = z.object({ Location: z.string().meta({ description: 'Of the evaluation.' }) });

export const askRoute = createRoute({
  ...common,
  method: 'post',
  path: '/v1/evaluations',
  operationId: 'requestEvaluation',
  summary: 'Evaluate a stored model',
  description: 'The same request twice is the same evaluation; one that is not over is sent to work again.',
  request: jsonBody(EvaluationBody),
  responses: {
    200: { ...json('It exists already.', EvaluationView), headers: location },
    201: { ...json('Asked for now.', EvaluationView), headers: location },
    ...problems.writing,
  },
});

export const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations',
  operationId: 'listEvaluations',
  summary: 'Evaluations, newest first',
  request: { query: EvaluationQuery },
  responses: { 200: json('A page; up to five seconds old.', EvaluationPage), ...problems.reading },
});

export const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}',
  operationId: 'readEvaluation',
  summary: 'Status, coverage and scores',
  request: {
    params,
    headers: seen,
  },
  responses: {
    200: {
      ...json('The newest round; its coverage up to five seconds old.', EvaluationView),
      headers: tag,
    },
    304: { description: 'Nothing has changed.' },
    ...problems.finding,
  },
});

export const retryRoute = createRoute({
  ...common,
  method: 'post',
  path: '/v1/evaluations/{evaluation}/retry',
  operationId: 'retryEvaluation',
  summary: 'Run failed shards again, as the next round',
  request: { params, body: { content: jsonBody(RetryBody).body.content } },
  responses: { 202: json('The next round is asked for.', EvaluationView), ...problems.changing },
});

export const cancelRoute = createRoute({
  ...common,
  method: 'post',
  path: '/v1/evaluations/{evaluation}/cancel',
  operationId: 'cancelEvaluation',
  summary: 'End the round; what has not begun is left out',
  request: { params },
  responses: {
    202: json('Shards that have not begun will end as cancelled.', EvaluationView),
    ...problems.changing,
  },
});

export const samplesRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}/samples',
  operationId: 'listSamples',
  summary: 'Completions with their verdicts',
  request: { params, query: SampleQuery },
  responses: { 200: json('A page, in the order of the round.', SamplePage), ...problems.finding },
});

export const sampleRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}/samples/{benchmark}/{problem}/{sample}',
  operationId: 'readSample',
  summary: 'One completion with the verdicts of all graders',
  request: {
    params: params.extend({
      ...{ benchmark: BenchmarkName, problem: ProblemName },
      sample: PathNumber,
    }),
  },
  responses: { 200: json('With the other samples of its problem.', SampleDetail), ...problems.finding },
});

export const compareRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}/compare/{other}',
  operationId: 'compareEvaluations',
  summary: 'How much better the other evaluation is',
  description:
    'A verdict on the problems that both scored, other against this one: paired differences with intervals and exact ' +
    'tests, what else differs between the two, and the problems that turned.',
  request: {
    params: params.extend({ other: Digest }),
    query: ComparisonQuery,
    headers: seen,
  },
  responses: {
    200: {
      ...json('The verdict, what else differs, and each benchmark.', Comparison),
      headers: tag,
    },
    304: { description: 'Nothing has changed.' },
    ...problems.comparing,
  },
});

export const compareSeveralRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}/compare',
  operationId: 'compareSeveral',
  summary: 'How much better each of several evaluations is',
  description:
    'As the comparison of two, each of the others against this one; p values are adjusted over all of them at once.',
  request: { params, query: SeveralQuery, headers: seen },
  responses: {
    200: { ...json('A comparison for each, in the order asked for.', Comparisons), headers: tag },
    304: { description: 'Nothing has changed.' },
    ...problems.comparing,
  },
});

export const eventsRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}/events',
  operationId: 'followEvaluation',
  summary: 'Progress as server-sent events',
  description:
    'An event `progress` for each change until the round is over. Each has an id: who comes back with the last one as ' +
    'Last-Event-ID is told what has changed since, or 204 if that was the end. Where the host cannot stream: 501, poll.',
  request: { params, headers: z.object({ 'last-event-id': z.string().max(100).optional() }) },
  responses: {
    204: { description: 'The last event seen was the last.' },
    200: { description: 'The events.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems.streaming,
  },
});
