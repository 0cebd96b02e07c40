import { apiApp } from '../../http/api-app.ts';
import { listModels } from '../../results/models/list-models.ts';
import type { ResultsPorts } from '../../results/results-ports.ts';
import * as route from './route-documents.ts';

/** Models of the store. */
export const modelRoutes = (ports: Pick<ResultsPorts, 'store' | 'lists'>) =>
  apiApp().openapi(route.listRoute, async (c) => c.json(await listModels(c.req.valid('query'), ports), 200));
