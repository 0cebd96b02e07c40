/** What the routes of models take and answer. */

import { createRoute } from '@hono/zod-openapi';
import { Paging } from '../../http/paging.ts';
import { bearer, json, problems } from '../../http/responses.ts';
import { ModelPage } from '../../results/models/model-view.ts';

export const listRoute = createRoute({
  tags: ['models'],
  security: bearer,
  method: 'get',
  path: '/v1/models',
  operationId: 'listModels',
  summary: 'Stored models, newest first',
  description: 'Pushed ones, bases of runs, and the weights of checkpoints, each with who uses it.',
  request: { query: Paging },
  responses: { 200: json('A page; who uses them up to five seconds old.', ModelPage), ...problems.reading },
});
