/** What the routes of runs take and answer: checked on the way in, published as OpenAPI. */

import { createRoute, z } from '@hono/zod-openapi';
import { BenchmarkName, RunId } from '#shared/records/ids.ts';
import { Paging } from '../../http/paging.ts';
import { PathNumber, ProblemName } from '../../http/path-values.ts';
import { bearer, json, problems } from '../../http/responses.ts';
import { LogPage } from '../../results/runs/list-log.ts';
import { RolloutPage, RolloutQuery } from '../../results/runs/list-rollouts.ts';
import { StepPage } from '../../results/runs/list-steps.ts';
import { RunCost } from '../../results/runs/read-cost.ts';
import { ProblemHistory, ProblemQuery } from '../../results/runs/read-problem.ts';
import { RunPage, RunQuery, RunView } from '../../results/runs/run-view.ts';

const common = { tags: ['runs'], security: bearer };
const params = z.object({ run: RunId });

export const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs',
  operationId: 'listRuns',
  summary: 'Training runs, newest first',
  request: { query: RunQuery },
  responses: { 200: json('A page; up to five seconds old.', RunPage), ...problems.reading },
});

export const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}',
  operationId: 'readRun',
  summary: 'Curves of a run: metrics of its steps, scores of its checkpoints',
  request: { params },
  responses: { 200: json('Up to the newest checkpoint.', RunView), ...problems.finding },
});

export const stepsRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}/steps',
  operationId: 'listSteps',
  summary: 'Steps that a run has done, oldest first',
  description: 'Those since its newest checkpoint among them.',
  request: { params, query: Paging },
  responses: { 200: json('A page; up to five seconds old.', StepPage), ...problems.finding },
});

export const rolloutsRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}/steps/{step}/rollouts',
  operationId: 'listRollouts',
  summary: 'What a training step sampled, by prompt',
  description:
    'Completions with verdict, reward and advantage, as the journal of the step has them. A page has `limit` groups.',
  request: {
    params: params.extend({ step: PathNumber }),
    query: RolloutQuery,
  },
  responses: { 200: json('A page of groups.', RolloutPage), ...problems.finding },
});

export const logRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}/log',
  operationId: 'listLog',
  summary: 'What the drivers of a run have said, oldest first',
  description:
    'Steps, checkpoints, warnings and the error that ended a driver. `end` of the last page, as `cursor`, gives what is said ' +
    'later. Where the host keeps no such logs, as on AWS: 501.',
  request: { params, query: Paging },
  responses: { 200: json('A page.', LogPage), ...problems.streaming },
});

export const costRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}/cost',
  operationId: 'readCost',
  summary: 'Seconds that a run has taken so far',
  description: 'As its telemetry has it: of training by phase and step, of evaluation by stage.',
  request: { params },
  responses: { 200: json('So far.', RunCost), ...problems.finding },
});

export const problemRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}/problems/{benchmark}/{problem}',
  operationId: 'readProblem',
  summary: 'What the checkpoints of a run made of one problem',
  request: { params: params.extend({ benchmark: BenchmarkName, problem: ProblemName }), query: ProblemQuery },
  responses: { 200: json('By checkpoint.', ProblemHistory), ...problems.finding },
});
