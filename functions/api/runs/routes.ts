import { createRoute, z } from '@hono/zod-openapi';
import { RunId } from '#shared/records/ids.ts';
import { apiApp } from '../../http/api-app.ts';
import { Paging } from '../../http/paging.ts';
import { bearer, json, problems } from '../../http/responses.ts';
import { listRuns } from '../../results/runs/list-runs.ts';
import { readRun } from '../../results/runs/read-run.ts';
import { RunPage, RunView } from '../../results/runs/run-view.ts';
import type { ApiPorts } from '../api-ports.ts';

const common = { tags: ['runs'], security: bearer };

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs',
  operationId: 'listRuns',
  summary: 'Training runs, newest first',
  request: { query: Paging },
  responses: { 200: json('A page; up to five seconds old.', RunPage), ...problems.reading },
});

const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/runs/{run}',
  operationId: 'readRun',
  summary: 'Curves of a run: metrics of its steps, scores of its checkpoints',
  request: { params: z.object({ run: RunId }) },
  responses: { 200: json('Up to the newest checkpoint.', RunView), ...problems.finding },
});

/** Training runs; the trainer writes them, the API reads. */
export const runRoutes = (ports: ApiPorts) =>
  apiApp()
    .openapi(listRoute, async (c) => c.json(await listRuns(c.req.valid('query'), ports), 200))
    .openapi(readRoute, async (c) => c.json(await readRun(c.req.valid('param').run, ports), 200));
